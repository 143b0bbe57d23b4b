package sirocco;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import sirocco.engine.SamplingSettings;
import sirocco.engine.Terms;
import sirocco.text.Message;
import sirocco.text.Message.Tool;

/// What a model is asked, and how it should answer: a value, changed by making another one.
///
/// ```java
/// var prompt =
///     Prompt.of("Name three winds.").sampling(s -> s.temperature(0.2).maxTokens(60)).seed(7);
/// ```
public final class Prompt {
  private final Content content;
  private final UnaryOperator<SamplingSettings.Builder> sampling;
  private final boolean seeded;
  private final Form form;
  private final ToolUse tools;
  private final Optional<String> adapter;
  private final Terms terms;
  private final int topLogprobs;
  private final boolean routing;

  private Prompt(Draft draft) {
    this.content = draft.content;
    this.sampling = draft.sampling;
    this.seeded = draft.seeded;
    this.form = draft.form;
    this.tools = draft.tools;
    this.adapter = draft.adapter;
    this.terms = draft.terms;
    this.topLogprobs = draft.topLogprobs;
    this.routing = draft.routing;
  }

  /// What is to be answered or continued.
  public sealed interface Content {
    /// A conversation whose next turn is wanted, written in the model's own format.
    record Conversation(List<Message> messages) implements Content {
      public Conversation {
        messages = List.copyOf(messages);
      }
    }

    /// A text to go on with.
    record Text(String text) implements Content {}

    /// Tokens to go on with, the opening one among them.
    record Ids(List<Integer> ids) implements Content {
      public Ids {
        ids = List.copyOf(ids);
      }
    }
  }

  /// The fields while they are set.
  private static final class Draft {
    Content content;
    UnaryOperator<SamplingSettings.Builder> sampling = UnaryOperator.identity();
    boolean seeded;
    Form form = new Form.Free();
    ToolUse tools = ToolUse.NONE;
    Optional<String> adapter = Optional.empty();
    Terms terms = Terms.DEFAULT;
    int topLogprobs;
    boolean routing;

    Draft(Content content) {
      this.content = content;
    }

    Draft(Prompt from) {
      content = from.content;
      sampling = from.sampling;
      seeded = from.seeded;
      form = from.form;
      tools = from.tools;
      adapter = from.adapter;
      terms = from.terms;
      topLogprobs = from.topLogprobs;
      routing = from.routing;
    }
  }

  /// A user's message, to be answered.
  public static Prompt of(String question) {
    return of(List.of(new Message.User(question)));
  }

  /// A conversation, to be answered.
  public static Prompt of(List<Message> conversation) {
    return of(new Content.Conversation(conversation));
  }

  /// A text, to be gone on with.
  public static Prompt toContinue(String text) {
    return of(new Content.Text(text));
  }

  /// Any of them.
  public static Prompt of(Content content) {
    return new Prompt(new Draft(content));
  }

  private Prompt with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return new Prompt(draft);
  }

  /// The same question with other content.
  public Prompt content(Content value) {
    return with(draft -> draft.content = value);
  }

  /// The same with changes of how tokens are chosen, on top of those made before and of what the
  /// model was loaded with. To set a seed, call [#seed].
  public Prompt sampling(UnaryOperator<SamplingSettings.Builder> change) {
    return with(draft -> draft.sampling = builder -> change.apply(this.sampling.apply(builder)));
  }

  /// The same with all of the sampling set, the seed too.
  public Prompt sampling(SamplingSettings value) {
    return with(draft -> {
      draft.sampling = _ -> value.toBuilder();
      draft.seeded = true;
    });
  }

  /// The same with the random source's start; the same seed gives the same answer.
  public Prompt seed(long value) {
    return with(draft -> {
      draft.sampling = builder -> this.sampling.apply(builder).seed(value);
      draft.seeded = true;
    });
  }

  /// The same with the seed so much higher.
  Prompt laterSeed(long by) {
    return with(draft ->
        draft.sampling =
            builder -> {
              SamplingSettings settings = this.sampling.apply(builder).build();
              return settings.toBuilder().seed(settings.seed() + by);
            });
  }

  /// The same with at most so many tokens in the answer.
  public Prompt maxTokens(int value) {
    return sampling(builder -> builder.maxTokens(value));
  }

  /// The same with an answer of a form.
  public Prompt form(Form value) {
    return with(draft -> draft.form = value);
  }

  /// The same with tools that may be called.
  public Prompt tools(List<Tool> value) {
    return tools(ToolUse.of(value));
  }

  /// The same with tools.
  public Prompt tools(ToolUse value) {
    return with(draft -> draft.tools = value);
  }

  /// The same with one of the adapters that the model was loaded with.
  public Prompt adapter(Optional<String> value) {
    return with(draft -> draft.adapter = value);
  }

  /// The same with an end at that time, whether or not the answer is done
  /// ([sirocco.engine.FinishReason#TIMEOUT]).
  public Prompt timeout(Duration value) {
    return terms(new Terms(terms.priority(), Optional.of(value)));
  }

  /// The same on other terms.
  public Prompt terms(Terms value) {
    return with(draft -> draft.terms = value);
  }

  /// The same with so many of the likeliest tokens named at each place.
  public Prompt topLogprobs(int value) {
    return with(draft -> draft.topLogprobs = value);
  }

  /// The same, and tells which experts each token went to.
  public Prompt routing(boolean value) {
    return with(draft -> draft.routing = value);
  }

  /// What is asked.
  public Content content() {
    return content;
  }

  /// How tokens are chosen, given how they are chosen where this does not say.
  ///
  /// @param otherSeed where it names none
  /// @throws IllegalArgumentException naming the field that makes no sense
  public SamplingSettings sampling(SamplingSettings usual, long otherSeed) {
    SamplingSettings.Builder builder = sampling.apply(usual.toBuilder());
    return (seeded ? builder : builder.seed(otherSeed)).build();
  }

  /// What the answer's text must look like.
  public Form form() {
    return form;
  }

  /// Which tools may be called.
  public ToolUse tools() {
    return tools;
  }

  /// The adapter, if one is asked for.
  public Optional<String> adapter() {
    return adapter;
  }

  /// On what terms it is taken.
  public Terms terms() {
    return terms;
  }

  /// How many of the likeliest tokens are named.
  public int topLogprobs() {
    return topLogprobs;
  }

  /// Whether the experts are told.
  public boolean routing() {
    return routing;
  }
}
