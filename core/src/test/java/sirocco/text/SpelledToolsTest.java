package sirocco.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import sirocco.text.Message.Tool;
import sirocco.text.Message.ToolCall;

/// Conversations with tools in formats that have none.
class SpelledToolsTest {
  private static final List<Message> CONVERSATION =
      List.of(
          new Message.User("What is the weather?"),
          new Message.Assistant("", List.of(new ToolCall("abcdefghi", "weather", "{\"x\":1}"))),
          new Message.ToolResult("abcdefghi", "weather", "It is cold."));

  @Test
  void toolsAreToldInTheSystemMessage() {
    List<Message> written = SpelledTools.write(CONVERSATION, List.of(new Tool("weather", "", "")));

    assertThat(written.getFirst())
        .isInstanceOfSatisfying(
            Message.Instruction.class,
            manual ->
                assertThat(manual.content())
                    .contains("\"name\":\"weather\"", "[TOOL_CALLS]", "[TOOL_RESULTS]"));
    assertThat(written.subList(1, written.size()))
        .isEqualTo(SpelledTools.write(CONVERSATION, List.of()));
  }

  @Test
  void withoutToolsTheModelIsNotToldOfAny() {
    assertThat(SpelledTools.write(CONVERSATION, List.of()))
        .containsExactly(
            new Message.User("What is the weather?"),
            new Message.Assistant("[TOOL_CALLS][{\"name\":\"weather\",\"arguments\":{\"x\":1}}]"),
            new Message.User("[TOOL_RESULTS]weather It is cold."));
  }

  @Test
  void aSystemMessageKeepsItsPlace() {
    List<Message> written =
        SpelledTools.write(
            List.of(new Message.Instruction("Be brief."), new Message.User("hello")),
            List.of(new Tool("weather", "", "")));

    assertThat(written).hasSize(2);
    assertThat(written.getFirst().content()).startsWith("Be brief.\n\nYou can call these tools:\n");
  }
}
