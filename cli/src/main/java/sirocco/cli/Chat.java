package sirocco.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import sirocco.engine.Completion;
import sirocco.engine.Engine;
import sirocco.engine.FinishReason;
import sirocco.engine.Generation;
import sirocco.engine.Request;
import sirocco.engine.SamplingSettings;
import sirocco.engine.Session;
import sirocco.text.Message;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A conversation with a model. Its one session keeps what was said in the cache, so that a turn
/// reads only what is new.
final class Chat implements AutoCloseable {
  private final Engine engine;
  private final SamplingSettings settings;
  private final Session session;
  private final List<Message> turns = new ArrayList<>();
  private Optional<String> system;
  private volatile Optional<Generation> running = Optional.empty();

  Chat(Engine engine, SamplingSettings settings, Optional<String> system) {
    this.engine = engine;
    this.settings = settings;
    this.system = system;
    this.session = engine.newSession();
  }

  /// Asks and gets an answer, whose text is also told as it comes. If that fails, nothing was said.
  Completion ask(String question, Consumer<String> onText) {
    turns.add(new Message.User(question));
    try {
      // Another seed each turn, or the same question would draw the same numbers again.
      SamplingSettings turn = settings.toBuilder().seed(settings.seed() + turns.size() / 2).build();
      Generation generation =
          session.start(
              Request.of(engine.encode(conversation()), turn)
                  .answers(true)
                  .onToken(token -> onText.accept(token.text())));
      running = Optional.of(generation);
      Completion completion = generation.run();
      turns.add(new Message.Assistant(completion.text()));
      if (completion.finishReason() == FinishReason.CANCELLED && completion.tokens().isEmpty()) {
        undo();
      }
      return completion;
    } catch (RuntimeException e) {
      turns.removeLast();
      throw e;
    } finally {
      running = Optional.empty();
    }
  }

  /// Stops the answer that is being given. Any thread may call this.
  void cancel() {
    running.ifPresent(Generation::cancel);
  }

  /// Forgets what was said, but for the system message.
  void reset() {
    turns.clear();
    session.clear();
  }

  /// Sets the system message, or takes it away if it is empty. What was said stays.
  void system(String text) {
    system = text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  /// The conversation as `batch` and `tokenize` read it: `{"messages": [...]}`.
  String toJson() {
    ObjectNode node = JsonLines.object();
    ArrayNode messages = node.putArray("messages");
    conversation()
        .forEach(m -> messages.addObject().put("role", m.role()).put("content", m.content()));
    return JsonLines.write(node);
  }

  @Override
  public void close() {
    session.close();
  }

  private void undo() {
    turns.removeLast();
    turns.removeLast();
  }

  private List<Message> conversation() {
    List<Message> all = new ArrayList<>();
    system.ifPresent(text -> all.add(new Message.Instruction(text)));
    all.addAll(turns);
    return all;
  }
}
