package sirocco.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sirocco.server.TestServer.Answer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Tools and forms of text, over a model of random weights: what it says is noise, so what parses
/// was made to.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ToolTest {
  private static final String PATH = "/v1/chat/completions";
  private static final String ASKED =
      "'model': 'tiny', 'temperature': 1, 'max_tokens': 300,"
          + " 'messages': [{'role': 'user', 'content': 'in the end'}]";
  private static final String TOOLS =
      "'tools': [{'type': 'function', 'function': {'name': 'weather', 'description': 'd',"
          + " 'strict': true, 'parameters': {'type': 'object', 'properties': {'city': {'enum':"
          + " ['Paris', 'Rome']}, 'days': {'type': 'integer', 'minimum': 1, 'maximum': 7}},"
          + " 'required': ['city', 'days'], 'additionalProperties': false}}}, {'type':"
          + " 'function', 'function': {'name': 'now'}}]";

  private final TestServer server = TestServer.withTools();

  @AfterAll
  void stop() {
    server.close();
  }

  private Answer ask(String more) {
    Answer answer = server.post(PATH, "{" + ASKED + ", " + more + "}");
    assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
    return answer;
  }

  private static JsonNode json(JsonNode text) {
    return JsonMapper.shared().readTree(text.asString());
  }

  @Test
  void aNamedToolIsCalledOnce() {
    for (int seed = 0; seed < 10; seed++) {
      String choice = "'tool_choice': {'type': 'function', 'function': {'name': 'weather'}}";
      JsonNode answer = ask(TOOLS + ", " + choice + ", 'seed': " + seed).json().at("/choices/0");
      assertThat(answer.get("finish_reason").asString()).isEqualTo("tool_calls");
      JsonNode calls = answer.at("/message/tool_calls");
      assertThat(calls.size()).isEqualTo(1);
      assertThat(calls.at("/0/id").asString()).matches("[a-zA-Z0-9]{9}");
      assertThat(calls.at("/0/type").asString()).isEqualTo("function");
      assertThat(calls.at("/0/function/name").asString()).isEqualTo("weather");
      JsonNode arguments = json(calls.at("/0/function/arguments"));
      assertThat(arguments.get("city").asString()).isIn("Paris", "Rome");
      assertThat(arguments.get("days").asInt()).isBetween(1, 7);
      assertThat(answer.at("/message/content").isNull()).isTrue();
    }
  }

  @Test
  void aStreamHasTheCallsInPieces() {
    String asked = TOOLS + ", 'tool_choice': 'required', 'parallel_tool_calls': false, 'seed': 3";
    JsonNode whole = ask(asked).json().at("/choices/0/message/tool_calls/0/function");
    List<JsonNode> deltas = new ArrayList<>();
    List<JsonNode> events = ask(asked + ", 'stream': true").events();
    for (JsonNode event : events) {
      event.at("/choices/0/delta/tool_calls").values().forEach(deltas::add);
    }
    JsonNode first = deltas.getFirst();
    assertThat(first.get("index").asInt()).isZero();
    assertThat(first.get("id").asString()).matches("[a-zA-Z0-9]{9}");
    assertThat(first.at("/function/name").asString()).isEqualTo(whole.get("name").asString());
    String arguments =
        deltas.stream()
            .map(d -> d.at("/function/arguments").asString(""))
            .collect(Collectors.joining());
    assertThat(arguments).isEqualTo(whole.get("arguments").asString());
    assertThat(events.getLast().at("/choices/0/finish_reason").asString()).isEqualTo("tool_calls");
  }

  @Test
  void aConversationGoesOnBehindACall() {
    Answer answer =
        server.post(
            PATH,
            "{'max_tokens': 3, "
                + TOOLS
                + ", 'tool_choice': 'none', 'messages': [{'role': 'user', 'content': 'in'}, {'role':"
                + " 'assistant', 'content': null, 'tool_calls': [{'id': 'abcdefghi', 'type':"
                + " 'function', 'function': {'name': 'now', 'arguments': '{}'}}]}, {'role': 'tool',"
                + " 'tool_call_id': 'abcdefghi', 'content': '5'}]}");
    assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
    assertThat(answer.json().at("/choices/0/message").has("tool_calls")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "none"})
  void textIsStillText(String choice) {
    Answer answer = ask(TOOLS + ", 'tool_choice': '" + choice + "', 'seed': 5");
    assertThat(answer.json().at("/choices/0/finish_reason").asString()).isNotEmpty();
  }

  @Test
  void jsonHasItsSchema() {
    String schema =
        "{'type': 'object', 'properties': {'ok': {'type': 'boolean'}, 'kind': {'enum': ['a', 'b']},"
            + " 'sizes': {'type': 'array', 'items': {'type': 'integer', 'minimum': 0, 'maximum':"
            + " 9}, 'minItems': 1, 'maxItems': 3}}, 'required': ['ok', 'kind', 'sizes'],"
            + " 'additionalProperties': false}";
    for (int seed = 0; seed < 10; seed++) {
      String format =
          "'response_format': {'type': 'json_schema', 'json_schema': {'name': 'x', 'strict': true,"
              + " 'schema': "
              + schema
              + "}}, 'seed': "
              + seed;
      JsonNode choice = ask(format).json().at("/choices/0");
      assertThat(choice.get("finish_reason").asString()).isEqualTo("stop");
      JsonNode made = json(choice.at("/message/content"));
      assertThat(made.propertyNames()).containsExactly("ok", "kind", "sizes");
      assertThat(made.get("ok").isBoolean()).isTrue();
      assertThat(made.get("kind").asString()).isIn("a", "b");
      assertThat(made.get("sizes").size()).isBetween(1, 3);
    }
  }

  @Test
  void textHasItsForm() {
    assertThat(
            ask("'regex': '[0-9]{3}-(ab|cd)'").json().at("/choices/0/message/content").asString())
        .matches("[0-9]{3}-(ab|cd)");
    assertThat(
            ask("'grammar': 'root ::= (\\'yes\\' | \\'no\\')'".replace("\\'", "\\\""))
                .json()
                .at("/choices/0/message/content")
                .asString())
        .isIn("yes", "no");
    String object = ask("'response_format': {'type': 'json_object'}").json().toString();
    assertThat(object).contains("\"content\":\"{");
  }

  /// What is no call has the form; a call that was cut off by its length is shown as it is.
  @Test
  void toolsAndAFormGoTogether() {
    String asked =
        TOOLS
            + ", 'tool_choice': 'auto', 'response_format': {'type': 'json_schema',"
            + " 'json_schema': {'name': 'x', 'schema': {'enum': [1, 2]}}}, 'seed': ";
    List<String> texts = new ArrayList<>();
    for (int seed = 0; seed < 20; seed++) {
      JsonNode choice = ask(asked + seed).json().at("/choices/0");
      if (choice.get("finish_reason").asString().equals("stop")) {
        texts.add(choice.at("/message/content").asString());
      }
    }
    assertThat(texts).isNotEmpty().allMatch(text -> text.matches("[12]"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'tool_choice': 'required' | tool_choice",
        "'tools': [{'type': 'browser'}] | tools[0].type",
        "'tools': [{'type': 'function', 'function': {'name': 'f', 'x': 1}}] | tools[0].function.x",
        "'tools': [{'type': 'function', 'function': {'name': 'f', 'strict': true, 'parameters':"
            + " {'properties': {'x': {'multipleOf': 2}}}}}] | tools",
        "'response_format': {'type': 'xml'} | response_format.type",
        "'response_format': {'type': 'json_schema'} | response_format.json_schema",
        "'response_format': {'type': 'json_schema', 'json_schema': {'schema': {'not': {}}}} |"
            + " response_format",
        "'regex': '(' | regex",
        "'regex': 'a', 'grammar': 'b' | response_format",
        "'grammar': 'x' | grammar",
      })
  void nonsenseIsNamed(String fields, String param) {
    Answer answer = server.post(PATH, "{" + ASKED + ", " + fields + "}");
    assertThat(answer.status()).as(answer.response().body()).isEqualTo(400);
    assertThat(answer.error().get("param").asString()).isEqualTo(param);
  }

  /// Tools are spelled out where the format has no tokens for them.
  @Test
  void aModelWhoseFormatHasNoToolsCallsThem() {
    try (TestServer plain = TestServer.withoutTools()) {
      Answer answer = plain.post(PATH, "{" + ASKED + ", " + TOOLS + ", 'tool_choice': 'required'}");
      assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
      JsonNode choice = answer.json().at("/choices/0");
      if (choice.get("finish_reason").asString().equals("tool_calls")) {
        assertThat(choice.at("/message/tool_calls/0/function/name").asString()).isNotEmpty();
      } else { // random weights went on for too long: cut off, it is text
        assertThat(choice.at("/message/content").asString()).startsWith("[{\"name\"");
      }
      Answer both = plain.post(PATH, "{" + ASKED + ", " + TOOLS + ", 'regex': 'a+'}");
      assertThat(both.status()).isEqualTo(400);
    }
  }
}
