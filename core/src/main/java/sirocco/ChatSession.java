package sirocco;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sirocco.binding.BindingException;
import sirocco.binding.ToolException;
import sirocco.binding.Toolbox;
import sirocco.engine.Conversation;
import sirocco.engine.EngineException;
import sirocco.engine.FinishReason;
import sirocco.text.Message;
import sirocco.text.Message.ToolCall;

/// A conversation that remembers what was said, and whose cache is kept from turn to turn as long
/// as there is memory: a turn reads only what is new. One question at a time.
///
/// ```java
/// try (var model = Sirocco.load(Path.of("models/mixtral"));
///     var chat = model.chat("Answer in one sentence.")) {
///   System.out.println(chat.ask("What is 47 + 38?"));
///   System.out.println(chat.ask("And one more?"));
/// }
/// ```
///
/// A kept answer was made step by step, a prompt is read in larger pieces, and the two differ in
/// their last bits: the same questions with the same seed come to the same answers in a session of
/// their own, but may not to those of a single [Prompt] that holds the whole conversation.
public final class ChatSession implements AutoCloseable {
  /// The most times in a row that the model may call tools instead of answering.
  private static final int ROUNDS = 8;

  private final LanguageModel model;
  private final Prompt settings;
  private final List<Message> beginning;
  private final Conversation conversation;
  private final List<Message> messages = new ArrayList<>(); // guarded by this
  private boolean asking; // guarded by this

  ChatSession(LanguageModel model, Prompt beginning) {
    this.model = model;
    this.settings = beginning;
    this.beginning = conversation(beginning);
    this.conversation = model.scheduler().newConversation();
    messages.addAll(this.beginning);
  }

  /// @throws IllegalArgumentException if it is a text
  static List<Message> conversation(Prompt prompt) {
    return switch (prompt.content()) {
      case Prompt.Content.Conversation(List<Message> said) -> said;
      case Prompt.Content.Text _, Prompt.Content.Ids _ ->
          throw new IllegalArgumentException("expected a conversation, found a text to go on with");
    };
  }

  /// Asks, and waits for the answer. If that fails nothing was said.
  ///
  /// @throws RuntimeException as [LanguageModel#generate(Prompt)]
  /// @throws IllegalStateException if a question is still open
  public Answer ask(String question) {
    return ask(new Message.User(question));
  }

  /// Says something, which may be what a tool gave back, and waits for the answer.
  public Answer ask(Message message) {
    try (AnswerStream stream = stream(message)) {
      return stream.answer();
    }
  }

  /// Asks, and calls tools as the model asks for them, until it says something. A call that is
  /// required is required once. What a tool throws is told to the model.
  ///
  /// @throws EngineException if it calls and calls and says nothing
  public Answer ask(String question, Toolbox tools) {
    return ask(List.of(new Message.User(question)), tools);
  }

  Answer ask(List<Message> said, Toolbox tools) {
    ToolUse given = settings.tools();
    ToolUse use = new ToolUse(tools.tools(), given.choice(), given.parallel(), given.strict());
    Answer answer = ask(said, use);
    for (int round = 0; !answer.calls().isEmpty(); round++) {
      if (round == ROUNDS) {
        throw new EngineException(
            "the model called tools " + ROUNDS + " times in a row and said nothing");
      }
      List<Message> results = answer.calls().stream().map(call -> result(call, tools)).toList();
      answer = ask(results, use.choice(new ToolUse.Choice.Auto()));
    }
    return answer;
  }

  private static Message result(ToolCall call, Toolbox tools) {
    String result;
    try {
      result = tools.call(call);
    } catch (ToolException | BindingException e) {
      result = "error: " + e.getMessage();
    }
    return new Message.ToolResult(call.id(), call.name(), result);
  }

  private Answer ask(List<Message> said, ToolUse use) {
    try (AnswerStream stream = stream(said, use)) {
      return stream.answer();
    }
  }

  /// Asks; the answer counts as said when its last event is taken.
  public AnswerStream stream(String question) {
    return stream(new Message.User(question));
  }

  /// The same for any message.
  public AnswerStream stream(Message message) {
    return stream(List.of(message));
  }

  /// The same for several, such as what several tools gave back.
  ///
  /// @throws IllegalStateException if a question is still open
  public AnswerStream stream(List<Message> said) {
    return stream(said, settings.tools());
  }

  private synchronized AnswerStream stream(List<Message> said, ToolUse tools) {
    if (asking) {
      throw new IllegalStateException("the last question is not answered yet");
    }
    List<Message> all = new ArrayList<>(messages);
    all.addAll(said);
    // Another seed each turn, or the same question would draw the same numbers again.
    long turn = all.stream().filter(Message.Assistant.class::isInstance).count();
    Prompt prompt =
        settings.content(new Prompt.Content.Conversation(all)).tools(tools).laterSeed(turn);
    AnswerStream stream =
        model.stream(
            prompt,
            request -> model.scheduler().submit(request, prompt.terms(), conversation),
            answer -> answered(all, answer));
    asking = true;
    return stream;
  }

  /// An answer that was cancelled before it said anything was not given, and the question not
  /// asked.
  private synchronized void answered(List<Message> said, Optional<Answer> answer) {
    asking = false;
    answer
        .filter(a -> a.finishReason() != FinishReason.CANCELLED || !a.text().isEmpty())
        .ifPresent(a -> {
          messages.clear();
          messages.addAll(said);
          messages.add(a.message());
        });
  }

  /// What was said, the beginning included.
  public synchronized List<Message> messages() {
    return List.copyOf(messages);
  }

  /// Forgets what was said after the beginning.
  public synchronized void reset() {
    messages.clear();
    messages.addAll(beginning);
  }

  /// Lets go of what was kept for the next turn.
  @Override
  public void close() {
    conversation.close();
  }
}
