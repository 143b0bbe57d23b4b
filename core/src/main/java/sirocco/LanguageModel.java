package sirocco;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import sirocco.binding.RecordShape;
import sirocco.binding.Toolbox;
import sirocco.engine.Engine;
import sirocco.engine.EngineException;
import sirocco.engine.FinishReason;
import sirocco.engine.Grammars;
import sirocco.engine.Pooling;
import sirocco.engine.Request;
import sirocco.engine.SamplingSettings;
import sirocco.engine.Scheduler;
import sirocco.engine.Ticket;
import sirocco.text.Message;
import sirocco.text.SpelledTools;
import sirocco.text.Tokenizer;
import sirocco.text.ToolCalls;
import sirocco.text.grammar.TokenAutomaton;

/// A loaded model. Any number of threads may ask it at once: their answers are made together, pass
/// by pass, and each is what it would be alone. The weights are there once.
///
/// [Sirocco#load] makes one. [#close] ends what is under way.
public final class LanguageModel implements AutoCloseable {
  private final Engine engine;
  private final Scheduler scheduler;
  private final SamplingSettings sampling;
  private final Optional<Grammars> grammars;
  private final String name;
  private boolean closed; // guarded by this

  /// Takes over the engine unless it throws.
  LanguageModel(Engine engine, LoadOptions options) {
    this.engine = engine;
    this.scheduler = Scheduler.start(engine, options.scheduler());
    this.sampling = options.sampling();
    this.grammars = engine.tokenizer().map(t -> new Grammars(t, engine.eosTokens()));
    this.name = fileName(engine.name());
  }

  /// A model of an engine that the caller made.
  ///
  /// @param engine is closed with the model, unless this throws
  public static LanguageModel of(Engine engine, LoadOptions options) {
    return new LanguageModel(engine, options);
  }

  /// What a model's file is called, without its folder and the ending of GGUF.
  private static String fileName(String path) {
    String file = String.valueOf(Path.of(path).toAbsolutePath().normalize().getFileName());
    return file.endsWith(".gguf") ? file.substring(0, file.length() - ".gguf".length()) : file;
  }

  /// Answers a user's question.
  ///
  /// @return the answer's text
  public String generate(String question) {
    return generate(Prompt.of(question)).text();
  }

  /// Answers a prompt; waits until it is done.
  ///
  /// @throws sirocco.text.TemplateException if the model's chat format has no place for a message
  /// @throws sirocco.text.grammar.GrammarException if the answer's form cannot be honoured
  /// @throws EngineException if the prompt does not fit
  /// @throws sirocco.engine.QueueFullException if too many others wait
  /// @throws sirocco.engine.SchedulerStoppedException if the model is closed
  public Answer generate(Prompt prompt) {
    try (AnswerStream stream = stream(prompt)) {
      return stream.answer();
    }
  }

  /// Answers a prompt, and tells what happens on the way on the caller's thread. An exception of
  /// the listener's ends the answer.
  public Answer generate(Prompt prompt, Consumer<Event> listener) {
    try (AnswerStream stream = stream(prompt)) {
      stream.forEachRemaining(listener);
      return stream.answer();
    }
  }

  /// Answers a user's question with a record.
  ///
  /// @throws RuntimeException as [#generate(Prompt, RecordShape)]
  public <T> T generate(String question, Class<T> type) {
    return generate(Prompt.of(question), RecordShape.of(type));
  }

  /// Answers a prompt with a record: the model is held to the JSON of one, token by token. Bounds
  /// ([sirocco.binding.Length], [sirocco.binding.Size]) keep it from going on for too long.
  ///
  /// @throws EngineException if the answer was cut off before it was whole
  /// @throws sirocco.binding.BindingException if the record does not take what the model made of it
  /// @throws RuntimeException as [#generate(Prompt)]
  public <T> T generate(Prompt prompt, RecordShape<T> shape) {
    Answer answer = generate(prompt.form(new Form.JsonSchema(shape.schema())));
    if (answer.finishReason() != FinishReason.STOP) {
      throw new EngineException(
          "the answer ended (%s) after %d tokens, before it was a whole %s; allow more tokens, or"
                  .formatted(
                      answer.finishReason().json(),
                      answer.usage().generatedTokens(),
                      shape.type().getSimpleName())
              + " bound its texts and lists with @Length and @Size");
    }
    return shape.read(answer.text());
  }

  /// Answers a prompt, calling tools as the model asks for them, until it says something. A call
  /// that is required is required once. What a tool throws is told to the model.
  ///
  /// @param prompt a conversation
  /// @throws EngineException if it calls and calls and says nothing
  public Answer generate(Prompt prompt, Toolbox tools) {
    try (ChatSession chat = chat(prompt.content(new Prompt.Content.Conversation(List.of())))) {
      return chat.ask(ChatSession.conversation(prompt), tools);
    }
  }

  /// Goes on with a text.
  ///
  /// @return what comes after it
  public String complete(String text) {
    return generate(Prompt.toContinue(text)).text();
  }

  /// Begins to answer a user's question.
  public AnswerStream stream(String question) {
    return stream(Prompt.of(question));
  }

  /// Begins to answer a prompt.
  ///
  /// @throws RuntimeException as [#generate(Prompt)], but for what happens later
  public AnswerStream stream(Prompt prompt) {
    return stream(prompt, request -> scheduler.submit(request, prompt.terms()), _ -> {});
  }

  AnswerStream stream(
      Prompt prompt, Function<Request, Ticket> submit, Consumer<Optional<Answer>> onEnd) {
    return new AnswerStream(prepare(prompt), prompt.routing(), submit, onEnd);
  }

  /// A conversation that is only about to begin.
  public ChatSession chat() {
    return chat(Prompt.of(List.of()));
  }

  /// A conversation for which a system message holds.
  public ChatSession chat(String system) {
    return chat(Prompt.of(List.of(new Message.Instruction(system))));
  }

  /// A conversation that goes on from what a prompt holds, and whose answers are made as it says.
  ///
  /// @param beginning a conversation; may be empty
  /// @throws IllegalArgumentException if it is a text
  public ChatSession chat(Prompt beginning) {
    return new ChatSession(this, beginning);
  }

  /// Makes a prompt ready for the [#scheduler].
  ///
  /// @throws RuntimeException as [#generate(Prompt)]
  public PreparedPrompt prepare(Prompt prompt) {
    SamplingSettings settings = prompt.sampling(sampling, ThreadLocalRandom.current().nextLong());
    ToolCalling tools = toolCalling(prompt);
    Request request =
        Request.of(ids(prompt), settings)
            .answers(prompt.content() instanceof Prompt.Content.Conversation)
            .adapter(prompt.adapter())
            .topLogprobs(prompt.topLogprobs());
    Request held = request.filters(tools.filters(request, form(prompt.form())));
    return new PreparedPrompt(held, new AnswerReader(tools));
  }

  private ToolCalling toolCalling(Prompt prompt) {
    if (prompt.tools().callable().isEmpty()) {
      return new ToolCalling.Without();
    }
    return ToolCalling.of(prompt.tools(), prompt.form(), requireTokenizer(), requireGrammars());
  }

  private Optional<TokenAutomaton> form(Form form) {
    return switch (form) {
      case Form.Free _ -> Optional.empty();
      case Form.Json _ -> Optional.of(requireGrammars().json());
      case Form.JsonSchema(String schema) -> Optional.of(requireGrammars().jsonSchema(schema));
      case Form.Regex(String pattern) -> Optional.of(requireGrammars().regex(pattern));
      case Form.Gbnf(String source) -> Optional.of(requireGrammars().gbnf(source));
    };
  }

  private int[] ids(Prompt prompt) {
    return switch (prompt.content()) {
      case Prompt.Content.Text(String text) -> engine.encode(text);
      case Prompt.Content.Ids(List<Integer> ids) ->
          ids.stream().mapToInt(Integer::intValue).toArray();
      case Prompt.Content.Conversation(List<Message> messages) -> ids(messages, prompt.tools());
    };
  }

  private int[] ids(List<Message> messages, ToolUse use) {
    List<Message.Tool> tools = use.callable().isEmpty() ? List.of() : use.tools();
    boolean speaksOfTools =
        !tools.isEmpty()
            || messages.stream()
                .anyMatch(m ->
                    m instanceof Message.ToolResult
                        || (m instanceof Message.Assistant a && !a.toolCalls().isEmpty()));
    boolean spelled = speaksOfTools && ToolCalls.token(requireTokenizer()).isEmpty();
    return spelled
        ? engine.encode(SpelledTools.write(messages, tools))
        : engine.encode(messages, tools);
  }

  /// How many tokens a prompt has.
  public int countTokens(Prompt prompt) {
    return ids(prompt).length;
  }

  /// A text's tokens, without an opening one.
  public int[] tokenize(String text) {
    return requireTokenizer().encode(text);
  }

  /// The text of tokens.
  public String detokenize(int[] ids) {
    return requireTokenizer().decode(ids);
  }

  /// What a text is as one vector of length 1: the mean of its tokens' last states.
  public float[] embed(String text) {
    return embed(List.of(text), Pooling.MEAN).getFirst();
  }

  /// What texts are as vectors of length 1.
  ///
  /// @throws EngineException if one has no tokens or too many
  public List<float[]> embed(List<String> texts, Pooling pooling) {
    List<CompletableFuture<float[]>> vectors =
        texts.stream().map(text -> scheduler.embed(engine.encode(text), pooling)).toList();
    try {
      return vectors.stream().map(CompletableFuture::join).toList();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new EngineException("the embedding broke off: " + e.getCause(), e);
    }
  }

  /// What the model is called: its file's or folder's name.
  public String name() {
    return name;
  }

  /// The most tokens of a prompt and its answer together.
  public int context() {
    return scheduler.context();
  }

  /// How tokens are chosen where a prompt does not say.
  public SamplingSettings sampling() {
    return sampling;
  }

  /// What lies below: sessions, scores, routings of single passes.
  public Engine engine() {
    return engine;
  }

  /// Takes requests one by one, and tells what is under way.
  public Scheduler scheduler() {
    return scheduler;
  }

  private Tokenizer requireTokenizer() {
    return engine
        .tokenizer()
        .orElseThrow(() ->
            new EngineException(
                name + ": has no tokenizer; put tokenizer.model or tokenizer.json beside it"));
  }

  private Grammars requireGrammars() {
    var _ = requireTokenizer();
    return grammars.orElseThrow();
  }

  /// Takes nothing more, and waits until what is under way is done; what is left when the time is
  /// over is cancelled, and done with what was made until then. To be followed by [#close].
  ///
  /// @throws InterruptedException if the thread is interrupted; nothing is cancelled then
  public void drain(Duration atMost) throws InterruptedException {
    scheduler.drain(atMost);
  }

  /// Ends what is under way at its next pass ([sirocco.engine.SchedulerStoppedException] for those
  /// who wait), and gives the memory back. Waits until that is done. Whoever asks later gets the
  /// same exception. May be called again, by any thread.
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      try {
        scheduler.close();
      } finally {
        engine.close();
      }
    }
  }
}
