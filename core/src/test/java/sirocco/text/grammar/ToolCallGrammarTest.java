package sirocco.text.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import sirocco.text.Message.Tool;
import sirocco.text.Message.ToolCall;
import sirocco.text.Tokenizer;
import sirocco.text.ToolCalls;

/// Calls that are drawn by the grammar are calls that can be read.
final class ToolCallGrammarTest {
  private static final List<Tool> TOOLS =
      List.of(
          new Tool(
              "weather",
              "",
              "{\"type\": \"object\", \"properties\": {\"city\": {\"enum\": [\"Paris\", \"Rome\"]},"
                  + " \"days\": {\"type\": \"integer\", \"minimum\": 1, \"maximum\": 7}},"
                  + " \"required\": [\"city\"]}"),
          new Tool("now", "", "{\"type\": \"object\", \"properties\": {}}"),
          new Tool("any", "", ""));

  private static List<ToolCall> draw(List<Tool> tools, boolean parallel, long seed) {
    Tokenizer tokenizer = Vocabularies.small();
    TokenAutomaton automaton =
        new TokenAutomaton(
            Grammar.toolCalls(tools, parallel), new TokenTrie(tokenizer), Vocabularies.ENDS);
    String text = tokenizer.decode(new Walk(automaton, seed).run(8000));
    return ToolCalls.parse(text, new Random(seed));
  }

  @Test
  void severalCallsOfAnyTool() {
    Set<String> names = new HashSet<>();
    int most = 0;
    for (int seed = 0; seed < 60; seed++) {
      List<ToolCall> calls = draw(TOOLS, true, seed);
      most = Math.max(most, calls.size());
      for (ToolCall call : calls) {
        names.add(call.name());
        switch (call.name()) {
          case "weather" ->
              assertThat(call.arguments())
                  .matches("\\{\"city\":\"(Paris|Rome)\"(,\"days\":[1-7])?\\}");
          case "now" -> assertThat(call.arguments()).isEqualTo("{}");
          default -> assertThat(call.arguments()).startsWith("{").endsWith("}");
        }
      }
    }
    assertThat(names).containsExactlyInAnyOrder("weather", "now", "any");
    assertThat(most).isGreaterThan(1);
  }

  @Test
  void callsThatAreSpelledOutOrElseJsonOfASchema() {
    Tokenizer tokenizer = Vocabularies.small();
    var automaton =
        new TokenAutomaton(
            Grammar.spelledToolCallsOrJson(
                TOOLS.subList(0, 2),
                false,
                "{\"type\": \"object\", \"properties\": {\"sure\": {\"type\": \"boolean\"}},"
                    + " \"required\": [\"sure\"]}"),
            new TokenTrie(tokenizer),
            Vocabularies.ENDS);
    Set<Boolean> called = new HashSet<>();
    for (int seed = 0; seed < 60; seed++) {
      String text = tokenizer.decode(new Walk(automaton, seed).run(8000));
      called.add(text.startsWith(ToolCalls.TOKEN));
      if (text.startsWith(ToolCalls.TOKEN)) {
        String calls = text.substring(ToolCalls.TOKEN.length());
        assertThat(ToolCalls.parse(calls, new Random(seed))).hasSize(1);
      } else {
        assertThat(text).matches("\\{\"sure\": ?(true|false)\\}");
      }
    }
    assertThat(called).containsExactlyInAnyOrder(true, false);
  }

  @Test
  void exactlyOneCallOfANamedTool() {
    for (int seed = 0; seed < 20; seed++) {
      assertThat(draw(List.of(TOOLS.getFirst()), false, seed))
          .singleElement()
          .extracting(ToolCall::name)
          .isEqualTo("weather");
    }
  }

  @Test
  void refusesToolsThatCannotBeCalledSo() {
    assertThatThrownBy(() -> Grammar.toolCalls(List.of(), true))
        .hasMessage("tools: expected at least one, found none");
    assertThatThrownBy(() -> Grammar.toolCalls(List.of(TOOLS.get(1), TOOLS.get(1)), true))
        .hasMessage("tool now: expected one of this name, found two");
    assertThatThrownBy(
            () -> Grammar.toolCalls(List.of(new Tool("f", "", "{\"type\": \"string\"}")), true))
        .hasMessageStartingWith("tool f: parameters: expected a schema of type object, found");
    assertThatThrownBy(() ->
            Grammar.toolCalls(
                List.of(new Tool("f", "", "{\"properties\": {\"x\": {\"multipleOf\": 2}}}")), true))
        .hasMessageStartingWith("tool f: parameters.properties.x.multipleOf: this keyword");
  }
}
