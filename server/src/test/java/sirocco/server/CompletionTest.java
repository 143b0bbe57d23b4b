package sirocco.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sirocco.server.TestServer.Answer;
import tools.jackson.databind.JsonNode;

/// `/v1/completions`, `/v1/embeddings`, `/tokenize` and `/detokenize`.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CompletionTest {
  private static final String PATH = "/v1/completions";
  private static final String GREEDY = "'model': 'tiny', 'temperature': 0, ";

  private final TestServer server = TestServer.start();

  @AfterAll
  void stop() {
    server.close();
  }

  private static String text(Answer answer, int choice) {
    assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
    return answer.json().get("choices").get(choice).get("text").asString();
  }

  @Test
  void idsAndTextAreTheSamePrompt() {
    String ids = Arrays.toString(server.engine.encode("the other one"));
    Answer text = server.post(PATH, "{" + GREEDY + "'prompt': 'the other one'}");
    assertThat(text.json().at("/usage/completion_tokens").asInt()).isBetween(1, 16);
    for (String prompt : List.of(ids, "[" + ids + "]", "['the other one']")) {
      Answer answer = server.post(PATH, "{" + GREEDY + "'prompt': " + prompt + "}");
      assertThat(text(answer, 0)).isNotEmpty().isEqualTo(text(text, 0));
    }
  }

  @Test
  void severalPromptsAreAnsweredInOrder() {
    Answer both = server.post(PATH, "{" + GREEDY + "'prompt': ['in', 'the end'], 'n': 2}");
    assertThat(both.json().get("choices").size()).isEqualTo(4);
    for (int i = 0; i < 4; i++) {
      String prompt = i < 2 ? "in" : "the end";
      assertThat(text(both, i))
          .isEqualTo(text(server.post(PATH, "{" + GREEDY + "'prompt': '" + prompt + "'}"), 0));
    }
    // A prompt counts once, however many choices it has.
    int tokens = server.engine.encode("in").length + server.engine.encode("the end").length;
    assertThat(both.json().at("/usage/prompt_tokens").asInt()).isEqualTo(tokens);
  }

  @Test
  void theEchoComesFirst() {
    String asked = "{" + GREEDY + "'prompt': 'in the end', 'max_tokens': 4";
    String made = text(server.post(PATH, asked + "}"), 0);
    assertThat(text(server.post(PATH, asked + ", 'echo': true}"), 0))
        .isEqualTo("in the end" + made);
    String streamed =
        server.post(PATH, asked + ", 'echo': true, 'stream': true}").events().stream()
            .map(e -> e.at("/choices/0/text").asString())
            .collect(Collectors.joining());
    assertThat(streamed).isEqualTo("in the end" + made);
  }

  @Test
  void probabilitiesHaveTheOlderForm() {
    JsonNode logprobs =
        server
            .post(PATH, "{" + GREEDY + "'prompt': 'in', 'logprobs': 2, 'max_tokens': 5}")
            .json()
            .at("/choices/0/logprobs");
    assertThat(logprobs.get("tokens").size()).isEqualTo(5);
    assertThat(logprobs.get("token_logprobs").size()).isEqualTo(5);
    assertThat(logprobs.at("/text_offset/0").asInt()).isZero();
    for (int i = 0; i < 5; i++) {
      assertThat(logprobs.get("top_logprobs").get(i).size()).isBetween(1, 2);
      assertThat(logprobs.get("token_logprobs").get(i).asDouble()).isNegative();
    }
  }

  /// It has no probability, for nothing stands before it, and is told all the same.
  @Test
  void theEchoOfASingleTokenIsTold() {
    int[] ids = server.engine.encode("in the end");
    JsonNode both =
        server
            .post(
                PATH,
                "{%s'prompt': [%d, %d], 'echo': true, 'logprobs': 1, 'max_tokens': 0}"
                    .formatted(GREEDY, ids[1], ids[2]))
            .json();
    for (int made : new int[] {0, 2}) {
      JsonNode choice =
          server
              .post(
                  PATH,
                  "{%s'prompt': [%d], 'echo': true, 'logprobs': 1, 'max_tokens': %d}"
                      .formatted(GREEDY, ids[1], made))
              .json()
              .at("/choices/0");
      JsonNode logprobs = choice.get("logprobs");
      assertThat(logprobs.get("tokens").size()).isEqualTo(1 + made);
      assertThat(logprobs.at("/tokens/0")).isEqualTo(both.at("/choices/0/logprobs/tokens/0"));
      assertThat(logprobs.at("/token_logprobs/0").isNull()).isTrue();
      assertThat(logprobs.at("/top_logprobs/0").isNull()).isTrue();
      assertThat(logprobs.at("/text_offset/0").asInt()).isZero();
      for (int i = 1; i <= made; i++) {
        assertThat(logprobs.at("/token_logprobs/" + i).asDouble()).isNegative();
      }
    }
  }

  /// How lm-evaluation-harness scores: a text that is echoed with its probabilities.
  @Test
  void theEchosProbabilitiesAreTold() {
    String asked = "{" + GREEDY + "'prompt': 'in the end', 'echo': true, 'logprobs': 1, ";
    int[] ids = server.engine.encode("in the end");
    for (int made : new int[] {0, 2}) {
      JsonNode choice =
          server.post(PATH, asked + "'max_tokens': " + made + "}").json().at("/choices/0");
      JsonNode logprobs = choice.get("logprobs");
      assertThat(logprobs.get("tokens").size()).isEqualTo(ids.length + made);
      assertThat(logprobs.at("/token_logprobs/0").isNull()).isTrue();
      assertThat(logprobs.at("/text_offset/" + (ids.length + made - 1)).asInt()).isPositive();
      double[] expected;
      try (var session = server.engine.newSession(ids.length)) {
        expected = session.score(ids);
      }
      for (int i = 1; i < ids.length; i++) {
        assertThat(logprobs.at("/token_logprobs/" + i).asDouble())
            .isEqualTo(-expected[i - 1], within(1e-5));
        assertThat(logprobs.at("/top_logprobs/" + i).size()).isEqualTo(1);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'prompt': 5 | prompt",
        "'prompt': [] | prompt",
        "'prompt': [[]] | prompt",
        "'prompt': [50] | prompt[0]",
        "'prompt': [1, -1] | prompt[1]",
        "'prompt': ['a', 3] | prompt[1]",
        "'prompt': 'a', 'suffix': 'b' | suffix",
        "'prompt': 'a', 'best_of': 3 | best_of",
        "'prompt': 'a', 'echo': true, 'logprobs': 1, 'stream': true | echo",
        "'prompt': 'a', 'max_tokens': -1 | max_tokens",
        "'prompt': 'a', 'logprobs': 50 | logprobs",
        "'prompt': ['a', 'b'], 'n': 100 | n",
        "'user': 'nobody' | prompt",
      })
  void nonsenseIsNamed(String fields, String param) {
    Answer answer = server.post(PATH, "{" + GREEDY + fields + "}");
    assertThat(answer.status()).as(answer.response().body()).isEqualTo(400);
    assertThat(answer.error().get("param").asString()).isEqualTo(param);
  }

  @Test
  void vectorsComeAsNumbersAndAsBytes() {
    String path = "/v1/embeddings";
    Answer answer = server.post(path, "{'model': 'tiny', 'input': ['in the end', 'other']}");
    assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
    JsonNode data = answer.json().get("data");
    assertThat(data.size()).isEqualTo(2);
    double length = 0;
    for (JsonNode number : data.get(0).get("embedding").values()) {
      length += number.asDouble() * number.asDouble();
    }
    assertThat(data.get(0).get("embedding").size()).isEqualTo(24);
    assertThat(length).isBetween(0.999, 1.001);
    assertThat(answer.json().at("/usage/prompt_tokens").asInt())
        .isEqualTo(
            server.engine.encode("in the end").length + server.engine.encode("other").length);
    JsonNode bytes =
        server
            .post(path, "{'model': 'tiny', 'input': 'in the end', 'encoding_format': 'base64'}")
            .json()
            .at("/data/0/embedding");
    assertThat(java.util.Base64.getDecoder().decode(bytes.asString())).hasSize(4 * 24);
    for (String wrong :
        List.of("'dimensions': 5", "'pooling': 'max'", "'encoding_format': 'text'", "'x': 1")) {
      assertThat(server.post(path, "{'input': 'in', " + wrong + "}").status()).isEqualTo(400);
    }
    assertThat(server.post(path, "{'input': 'in', 'dimensions': 24}").status()).isEqualTo(200);
  }

  @Test
  void tokensGoBothWays() {
    Answer answer = server.post("/tokenize", "{'content': 'in the end'}");
    assertThat(answer.json().get("count").asInt()).isEqualTo(answer.json().get("tokens").size());
    String tokens = answer.json().get("tokens").toString();
    assertThat(
            server
                .post("/detokenize", "{'tokens': " + tokens + "}")
                .json()
                .get("content")
                .asString())
        .isEqualTo("in the end");
    JsonNode special =
        server
            .post("/tokenize", "{'content': 'in', 'add_special': true, 'with_pieces': true}")
            .json();
    assertThat(special.at("/tokens/0/piece").asString()).isEqualTo("<s>");
    Answer chat = server.post("/tokenize", "{'messages': [{'role': 'user', 'content': 'in'}]}");
    assertThat(chat.json().get("count").asInt()).isGreaterThan(special.get("count").asInt());
    assertThat(server.post("/tokenize", "{}").status()).isEqualTo(400);
    assertThat(server.post("/detokenize", "{'tokens': [77]}").status()).isEqualTo(400);
    assertThat(server.post("/detokenize", "{'tokens': 'x'}").status()).isEqualTo(400);
  }

  @Test
  void modelsAreListed() {
    JsonNode list = server.get("/v1/models").json();
    assertThat(list.at("/data/0/id").asString()).isEqualTo("tiny");
    assertThat(list.at("/data/0/meta/experts").asInt()).isEqualTo(5);
    assertThat(list.at("/data/0/meta/context").asInt()).isEqualTo(256);
    assertThat(server.get("/v1/models/tiny").json()).isEqualTo(list.at("/data/0"));
    for (String other : List.of("/v1/models/large", "/v1/models/", "/v1/models/%2e%2e%2ftiny")) {
      assertThat(server.get(other).status()).as(other).isEqualTo(404);
    }
  }
}
