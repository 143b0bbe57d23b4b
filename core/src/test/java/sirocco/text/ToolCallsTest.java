package sirocco.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sirocco.text.Message.ToolCall;

/// What a model generated, read back as calls.
final class ToolCallsTest {
  private static final String CALLS =
      " [{\"name\": \"f\", \"arguments\": {\"x\": [12345678901234567890.25, \"é\"]}}, {\"name\": \"g\","
          + " \"arguments\": {}, \"id\": \"abcDEF123\"}]";

  @Test
  void callsAreReadAndGivenIds() {
    List<ToolCall> calls = ToolCalls.parse(CALLS, new Random(1));
    assertThat(calls).extracting(ToolCall::name).containsExactly("f", "g");
    assertThat(calls.getFirst().arguments()).isEqualTo("{\"x\":[12345678901234567890.25,\"é\"]}");
    assertThat(calls.getFirst().id()).matches("[a-zA-Z0-9]{9}");
    assertThat(calls.getLast().id()).isEqualTo("abcDEF123");
    assertThat(ToolCalls.parse(CALLS, new Random(1))).isEqualTo(calls);
    assertThat(ToolCalls.parse(CALLS, new Random(2))).isNotEqualTo(calls);
  }

  @Test
  void idsThatDoNotFitOrAreTakenAreMadeAnew() {
    String call = "{\"name\": \"f\", \"arguments\": {}, \"id\": \"%s\"}";
    String json =
        "["
            + call.formatted("123456789")
            + ","
            + call.formatted("123456789")
            + ","
            + call.formatted("x")
            + "]";
    List<String> ids = ToolCalls.parse(json, new Random(1)).stream().map(ToolCall::id).toList();
    assertThat(ids).doesNotHaveDuplicates().startsWith("123456789");
    assertThat(ids).allMatch(id -> id.matches("[a-zA-Z0-9]{9}"));
  }

  /// A call that was encoded as a part of the prompt comes back from its ids.
  @ParameterizedTest
  @ValueSource(strings = {"v3", "v7"})
  void whatAPromptSaysIsRead(String version) {
    Tokenizer tokenizer = PromptTokenizers.mistral(version);
    List<Integer> generated = new ArrayList<>();
    if (version.equals("v7")) {
      add(tokenizer.encode("Let me see."), generated);
    }
    generated.add(ToolCalls.token(tokenizer).orElseThrow());
    add(tokenizer.encode(CALLS.strip()), generated);
    generated.add(tokenizer.vocabulary().eos().orElseThrow());
    ToolCalls read = ToolCalls.read(tokenizer, generated, new Random(3));
    assertThat(read.content()).isEqualTo(version.equals("v7") ? "Let me see." : "");
    assertThat(read.calls()).isEqualTo(ToolCalls.parse(CALLS, new Random(3)));
  }

  private static void add(int[] ids, List<Integer> out) {
    for (int id : ids) {
      out.add(id);
    }
  }

  @Test
  void aPlainAnswerHasNoCalls() {
    Tokenizer tokenizer = PromptTokenizers.pieces(true, true);
    assertThat(ToolCalls.token(tokenizer)).isEmpty();
    List<Integer> generated = new ArrayList<>();
    add(tokenizer.encode("[TOOL_CALLS] hi"), generated);
    ToolCalls read = ToolCalls.read(tokenizer, generated, new Random(3));
    assertThat(read).isEqualTo(new ToolCalls("[TOOL_CALLS] hi", List.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[{\"name\": | tool calls: not valid JSON",
        "{\"name\": \"f\"} | tool calls: expected a list, found",
        "[] | tool calls: expected at least one call, found []",
        "[7] | tool calls[0]: expected an object, found 7",
        "[{\"arguments\": {}}] | tool calls[0].name: expected a string, found nothing",
        "[{\"name\": \"f\"}] | tool calls[0].arguments: expected an object, found nothing",
        "[{\"name\": \"f\", \"arguments\": \"{}\"}] | tool calls[0].arguments: expected an object, found \"{}\"",
        "[{\"name\": 1, \"arguments\": {}}] | tool calls[0].name: expected a string, found 1",
        "[] [] | tool calls: not valid JSON",
      })
  void anythingElseIsRefused(String json, String message) {
    assertThatThrownBy(() -> ToolCalls.parse(json, new Random(1)))
        .isInstanceOf(TemplateException.class)
        .hasMessageStartingWith(message);
  }
}
