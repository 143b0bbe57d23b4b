package sirocco.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import sirocco.text.Message;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A conversation.
final class Chat {
  private final Speaker speaker;
  private final List<Message> turns = new ArrayList<>();
  private Optional<String> system;

  /// @param speaker answers, and stays the caller's
  Chat(Speaker speaker, Optional<String> system) {
    this.speaker = speaker;
    this.system = system;
  }

  /// Asks and gets an answer, whose text is also told as it comes. If that fails, nothing was said.
  Speaker.Spoken ask(String question, Consumer<String> onText) {
    turns.add(new Message.User(question));
    try {
      Speaker.Spoken spoken = speaker.answer(conversation(), onText);
      if (spoken.end() == Speaker.End.CANCELLED && spoken.text().isEmpty()) {
        turns.removeLast();
      } else {
        turns.add(new Message.Assistant(spoken.text()));
      }
      return spoken;
    } catch (RuntimeException e) {
      turns.removeLast();
      throw e;
    }
  }

  /// Stops the answer that is being given. Any thread may call this.
  void cancel() {
    speaker.cancel();
  }

  /// Forgets what was said, but for the system message.
  void reset() {
    turns.clear();
    speaker.forget();
  }

  /// Sets the system message, or takes it away if it is empty. What was said stays.
  void system(String text) {
    system = text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  /// The conversation as `batch` and `tokenize` read it: `{"messages": [...]}`.
  String toJson() {
    ObjectNode node = JsonLines.object();
    node.set("messages", messages(conversation()));
    return JsonLines.write(node);
  }

  /// Messages as OpenAI's API has them.
  static ArrayNode messages(List<Message> conversation) {
    ArrayNode messages = JsonLines.object().arrayNode();
    conversation.forEach(
        m -> messages.addObject().put("role", m.role()).put("content", m.content()));
    return messages;
  }

  private List<Message> conversation() {
    List<Message> all = new ArrayList<>();
    system.ifPresent(text -> all.add(new Message.Instruction(text)));
    all.addAll(turns);
    return all;
  }
}
