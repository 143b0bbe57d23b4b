package sirocco.text;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import sirocco.text.Message.Assistant;
import sirocco.text.Message.Instruction;
import sirocco.text.Message.ToolCall;
import sirocco.text.Message.ToolResult;
import sirocco.text.Message.User;

/// The order that turns must have: at most one system message first, then the user, then assistant
/// and user by turns; tool calls answered each by one result; the user, a tool or the beginning of
/// an answer last.
final class Conversation {
  private Conversation() {}

  /// @throws TemplateException naming the first message out of order
  static void check(List<Message> messages) {
    int start = !messages.isEmpty() && messages.getFirst() instanceof Instruction ? 1 : 0;
    if (messages.size() == start) {
      throw new TemplateException("messages: expected at least one user message, found none");
    }
    Set<String> open = new LinkedHashSet<>();
    String expected = "user";
    for (int i = start; i < messages.size(); i++) {
      Message message = messages.get(i);
      if (!message.role().equals(expected)
          || (message instanceof ToolResult result && !open.remove(result.callId()))) {
        throw outOfOrder(i, message, expected, open);
      }
      expected = after(message, open, i);
    }
    if (expected.equals("tool")) {
      throw new TemplateException(
          "messages: the conversation ends before the tool calls " + open + " are answered");
    }
  }

  /// The role that must come next.
  private static String after(Message message, Set<String> open, int index) {
    return switch (message) {
      case Instruction m -> "user";
      case User m -> "assistant";
      case ToolResult m -> open.isEmpty() ? "assistant" : "tool";
      case Assistant m -> {
        for (ToolCall call : m.toolCalls()) {
          if (!open.add(call.id())) {
            throw new TemplateException(
                "messages[" + index + "]: tool call id '" + call.id() + "' twice");
          }
        }
        yield open.isEmpty() ? "user" : "tool";
      }
    };
  }

  private static TemplateException outOfOrder(
      int index, Message message, String expected, Set<String> open) {
    String what =
        expected.equals("tool")
            ? "the result of a tool call of " + open
            : "role '" + expected + "'";
    String found =
        message instanceof ToolResult result && expected.equals("tool")
            ? "the result of '" + result.callId() + "'"
            : "'" + message.role() + "'";
    return new TemplateException("messages[" + index + "]: expected " + what + ", found " + found);
  }
}
