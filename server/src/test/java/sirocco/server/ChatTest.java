package sirocco.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sirocco.engine.Request;
import sirocco.engine.SamplingSettings;
import sirocco.engine.Session;
import sirocco.server.TestServer.Answer;
import sirocco.text.Message;
import tools.jackson.databind.JsonNode;

/// `/v1/chat/completions` over plain HTTP.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ChatTest {
  private static final String PATH = "/v1/chat/completions";
  private static final String HELLO =
      "'model': 'tiny', 'messages': [{'role': 'user', 'content': 'in the end'}],"
          + " 'temperature': 0, 'max_tokens': 12";

  private TestServer server = TestServer.start();

  @BeforeAll
  void isReady() {
    assertThat(server.get("/ready").status()).isEqualTo(200);
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private String alone(String question, SamplingSettings settings) {
    int[] prompt = server.engine.encode(List.of(new Message.User(question)));
    try (Session session = server.engine.newSession()) {
      return session.start(Request.of(prompt, settings).answers(true)).run().text();
    }
  }

  @Test
  void answersAsTheEngineDoes() {
    Answer answer = server.post(PATH, "{" + HELLO + "}");
    assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
    JsonNode json = answer.json();
    assertThat(json.get("object").asString()).isEqualTo("chat.completion");
    assertThat(json.get("model").asString()).isEqualTo("tiny");
    JsonNode choice = json.get("choices").get(0);
    assertThat(choice.get("message").get("role").asString()).isEqualTo("assistant");
    assertThat(choice.get("message").get("content").asString())
        .isNotEmpty()
        .isEqualTo(
            alone("in the end", SamplingSettings.greedy().toBuilder().maxTokens(12).build()));
    assertThat(choice.get("finish_reason").asString()).isEqualTo("length");
    assertThat(choice.get("logprobs").isNull()).isTrue();
    JsonNode usage = json.get("usage");
    assertThat(usage.get("completion_tokens").asInt()).isEqualTo(12);
    assertThat(usage.get("total_tokens").asInt())
        .isEqualTo(usage.get("prompt_tokens").asInt() + 12);
    assertThat(usage.get("prompt_tokens_details").get("cached_tokens").asInt()).isNotNegative();
    assertThat(answer.header("x-request-id")).startsWith("req_");
  }

  @Test
  void aStreamSaysTheSame() {
    String whole = content(server.post(PATH, "{" + HELLO + "}"));
    Answer answer =
        server.post(
            PATH, "{" + HELLO + ", 'stream': true, 'stream_options': {'include_usage': true}}");
    assertThat(answer.header("content-type")).isEqualTo("text/event-stream");
    List<JsonNode> events = answer.events();
    assertThat(events.stream().map(e -> e.get("id").asString()).distinct()).hasSize(1);
    assertThat(events.getFirst().at("/choices/0/delta/role").asString()).isEqualTo("assistant");
    String text =
        events.stream()
            .map(e -> e.at("/choices/0/delta/content").asString(""))
            .collect(Collectors.joining());
    assertThat(text).isEqualTo(whole);
    JsonNode usage = events.getLast();
    assertThat(usage.get("choices").isEmpty()).isTrue();
    assertThat(usage.at("/usage/completion_tokens").asInt()).isEqualTo(12);
    JsonNode closing = events.get(events.size() - 2);
    assertThat(closing.at("/choices/0/finish_reason").asString()).isEqualTo("length");
    assertThat(events.subList(0, events.size() - 1)).allMatch(e -> e.get("usage").isNull());
  }

  @Test
  void choicesHaveSeedsOneAfterTheOther() {
    String common = HELLO.replace("'temperature': 0", "'temperature': 1");
    JsonNode three = server.post(PATH, "{" + common + ", 'n': 3, 'seed': 7}").json();
    int made = 0;
    for (int i = 0; i < 3; i++) {
      Answer one = server.post(PATH, "{" + common + ", 'seed': " + (7 + i) + "}");
      JsonNode choice = three.get("choices").get(i);
      assertThat(choice.get("index").asInt()).isEqualTo(i);
      assertThat(choice.at("/message/content").asString()).isEqualTo(content(one));
      made += one.json().at("/usage/completion_tokens").asInt();
    }
    assertThat(three.at("/usage/completion_tokens").asInt()).isEqualTo(made);
    List<JsonNode> events =
        server.post(PATH, "{" + common + ", 'n': 3, 'seed': 7, 'stream': true}").events();
    for (int i = 0; i < 3; i++) {
      int index = i;
      String text =
          events.stream()
              .map(e -> e.get("choices").get(0))
              .filter(c -> c.get("index").asInt() == index)
              .map(c -> c.at("/delta/content").asString(""))
              .collect(Collectors.joining());
      assertThat(text).isEqualTo(three.get("choices").get(i).at("/message/content").asString());
    }
  }

  @Test
  void probabilitiesAreToldForEachToken() {
    String asked = "{" + HELLO + ", 'logprobs': true, 'top_logprobs': 3";
    JsonNode whole = server.post(PATH, asked + "}").json().at("/choices/0/logprobs/content");
    assertThat(whole.size()).isEqualTo(12);
    for (JsonNode token : whole.values()) {
      assertThat(token.get("top_logprobs").size()).isEqualTo(3);
      // At temperature 0 the likeliest is taken.
      assertThat(token.get("logprob").asDouble())
          .isCloseTo(token.at("/top_logprobs/0/logprob").asDouble(), within(1e-6));
      assertThat(token.get("logprob").asDouble()).isNegative();
      assertThat(token.get("bytes").size())
          .isEqualTo(token.get("token").asString().getBytes(StandardCharsets.UTF_8).length);
    }
    List<JsonNode> pieces =
        server.post(PATH, asked + ", 'stream': true}").events().stream()
            .flatMap(e -> e.at("/choices/0/logprobs/content").valueStream())
            .toList();
    assertThat(pieces).isEqualTo(whole.valueStream().toList());
  }

  @Test
  void expertsAreShown() {
    String asked = "{" + HELLO + ", 'routing': ";
    JsonNode answer = server.post(PATH, asked + "true}").json();
    JsonNode routing = answer.at("/choices/0/routing");
    assertThat(routing.get("layers").asInt()).isEqualTo(2);
    assertThat(routing.get("k").asInt()).isEqualTo(2);
    // The last token is never fed to the model, so it meets no expert.
    assertThat(routing.get("tokens").size()).isEqualTo(11);
    int prompt = answer.at("/usage/prompt_tokens").asInt();
    for (int i = 0; i < 11; i++) {
      JsonNode token = routing.get("tokens").get(i);
      assertThat(token.get("position").asInt()).isEqualTo(prompt + i);
      assertThat(token.get("experts").size()).isEqualTo(2);
      assertThat(token.at("/experts/0").size()).isEqualTo(2);
      assertThat(token.at("/experts/0/0").asInt()).isBetween(0, 4);
      double sum = token.at("/gates/1/0").asDouble() + token.at("/gates/1/1").asDouble();
      assertThat(sum).isCloseTo(1, within(2e-4));
    }
    List<JsonNode> streamed =
        server.post(PATH, asked + "true, 'stream': true}").events().stream()
            .flatMap(e -> e.at("/choices/0/routing/tokens").valueStream())
            .toList();
    assertThat(streamed).isEqualTo(routing.get("tokens").valueStream().toList());
    assertThat(server.post(PATH, "{" + HELLO + "}").json().at("/choices/0").has("routing"))
        .isFalse();
  }

  @Test
  void theSystemMessageMayBeCalledDeveloper() {
    String messages =
        "{'model': 'tiny', 'temperature': 0, 'max_tokens': 5, 'messages': [{'role': '%s',"
            + " 'content': 'be brief'}, {'role': 'user', 'content': [{'type': 'text', 'text':"
            + " 'in the '}, {'type': 'text', 'text': 'end'}]}]}";
    Answer system = server.post(PATH, messages.formatted("system"));
    assertThat(content(system))
        .isEqualTo(content(server.post(PATH, messages.formatted("developer"))));
    assertThat(system.json().at("/usage/prompt_tokens").asInt())
        .isGreaterThan(
            server.post(PATH, "{" + HELLO + "}").json().at("/usage/prompt_tokens").asInt());
  }

  @Test
  void aStopTextEndsIt() {
    String whole = content(server.post(PATH, "{" + HELLO + "}"));
    String stop = whole.substring(4, 6);
    Answer answer = server.post(PATH, "{" + HELLO + ", 'stop': ['" + stop + "']}");
    assertThat(content(answer)).isEqualTo(whole.substring(0, whole.indexOf(stop)));
    assertThat(answer.json().at("/choices/0/finish_reason").asString()).isEqualTo("stop");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'temperature': -1 | temperature",
        "'temperature': 'hot' | temperature",
        "'temperature': 1e999 | temperature",
        "'top_p': 1.5 | top_p",
        "'max_tokens': 0 | max_tokens",
        "'max_tokens': -5 | max_tokens",
        "'max_completion_tokens': 0 | max_completion_tokens",
        "'max_tokens': 5, 'max_completion_tokens': 3 | max_completion_tokens",
        "'n': 0 | n",
        "'n': 1000000 | n",
        "'seed': 1.5 | seed",
        "'stop': [''] | stop",
        "'stop': {} | stop",
        "'logit_bias': {'x': 1} | logit_bias",
        "'logit_bias': {'99999': 1} | ",
        "'presence_penalty': 1e9 | presence_penalty",
        "'stream': 'yes' | stream",
        "'stream': true, 'stream_options': {'include_all': true} | stream_options.include_all",
        "'top_logprobs': 5 | top_logprobs",
        "'logprobs': true, 'top_logprobs': 21 | top_logprobs",
        "'audio': {} | audio",
        "'modalities': ['audio'] | modalities",
        "'prediction': {} | prediction",
        "'store': true | store",
        "'service_tier': 'priority' | service_tier",
        "'reasoning_effort': 'high' | reasoning_effort",
        "'web_search_options': {} | web_search_options",
        "'functions': [] | functions",
        "'verbosity': 'low' | verbosity",
        "'frobnicate': 1 | frobnicate",
        "'routing': 'some' | routing",
        "'priority': 100 | priority",
        "'timeout': 0 | timeout",
      })
  void aFieldThatIsNotHonouredIsNamed(String field, String param) {
    Answer answer =
        server.post(PATH, "{'messages': [{'role': 'user', 'content': 'in'}], " + field + "}");
    assertThat(answer.status()).as(answer.response().body()).isEqualTo(400);
    assertThat(answer.error().get("type").asString()).isEqualTo("invalid_request_error");
    assertThat(answer.error().get("message").asString()).isNotBlank();
    if (param != null) {
      assertThat(answer.error().get("param").asString()).isEqualTo(param);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'user'",
    "'metadata'",
    "'safety_identifier'",
    "'prompt_cache_key'",
    "'store'",
    "'audio'"
  })
  void nullIsNoField(String name) {
    assertThat(server.post(PATH, "{" + HELLO + ", '" + name + "': null}").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "[] | expected 1 to",
        "[{}] | messages[0]: field 'role' is missing",
        "[{'role': 'queen', 'content': 'x'}] | messages[0].role",
        "[{'role': 'user', 'content': 'x', 'secret': 1}] | unknown field 'secret'",
        "[{'role': 'user', 'content': [{'type': 'image_url', 'image_url': {}}]}] | image_url",
        "[{'role': 'assistant', 'content': 'x'}, {'role': 'user', 'content': 'x'}] | messages[0]",
      })
  void aConversationThatMakesNoSenseIsRefused(String messages, String complaint) {
    Answer answer = server.post(PATH, "{'model': 'tiny', 'messages': " + messages + "}");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error().get("message").asString()).contains(complaint);
    assertThat(answer.error().get("param").asString()).isEqualTo("messages");
  }

  private static String content(Answer answer) {
    assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
    return answer.json().at("/choices/0/message/content").asString();
  }
}
