package sirocco.engine;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Checkpoints;
import sirocco.model.Batch;
import sirocco.model.CachePages;
import sirocco.model.Model;
import sirocco.model.ModelOptions;
import sirocco.model.Models;
import sirocco.model.Output;
import sirocco.model.Workspace;
import sirocco.tensor.Kernels;
import sirocco.tensor.Kernels.Phase;
import sirocco.tensor.Tensor;
import sirocco.text.Message;
import sirocco.text.Tokenizer;
import sirocco.text.Tokenizers;

/// A model with everything that turns it into text: its tokenizer, its prompt format, its end
/// tokens, the scratch memory of its passes.
///
/// ```java
/// try (var engine = Engine.open(Path.of("models/mixtral"))) {
///   engine.generate("Once upon a time", SamplingSettings.greedy(), System.out::print);
/// }
/// ```
///
/// Passes run one at a time, whichever threads ask for them.
public final class Engine implements AutoCloseable {
  private final String name;
  private final Model model;
  private final Optional<Tokenizer> tokenizer;
  private final Optional<PromptFormat> promptFormat;
  private final Set<Integer> eosTokens;
  private final EngineOptions options;
  private final Optional<Settling> settling;
  private final Runnable onClose;
  private final Workspace workspace = new Workspace();
  private final WatchedPasses passes;
  private final Reader reader;

  private Engine(
      String name,
      Model model,
      Optional<Tokenizer> tokenizer,
      Optional<PromptFormat> promptFormat,
      Set<Integer> eosTokens,
      EngineOptions options,
      Optional<Settling> settling,
      Runnable onClose) {
    this.name = name;
    this.model = model;
    this.tokenizer = tokenizer;
    this.promptFormat = promptFormat;
    this.eosTokens = Set.copyOf(eosTokens);
    this.options = options;
    this.settling = settling;
    this.onClose = onClose;
    this.passes = new WatchedPasses(name);
    this.reader = new Reader(model, workspace, passes, options.chunk());
  }

  /// Opens a model folder (Hugging Face or Mistral consolidated) or a `.gguf` file.
  public static Engine open(Path path) {
    return open(path, EngineOptions.DEFAULT);
  }

  /// Opens a model folder or file.
  ///
  /// @throws sirocco.checkpoint.CheckpointException if it or the adapter cannot be read
  public static Engine open(Path path, EngineOptions options) {
    Optional<WatchedLoad> watched = WatchedLoad.begin();
    Checkpoint checkpoint = Checkpoints.open(path);
    try {
      Adapters adapters = Adapters.open(options, checkpoint);
      try {
        Engine engine = open(path, checkpoint, adapters, options);
        watched.ifPresent(w -> w.end(path, checkpoint));
        return engine;
      } catch (RuntimeException | Error e) {
        adapters.close();
        throw e;
      }
    } catch (RuntimeException | Error e) {
      checkpoint.close();
      throw e;
    }
  }

  /// Takes over the files, unless it throws.
  private static Engine open(
      Path path, Checkpoint checkpoint, Adapters adapters, EngineOptions options) {
    Kernels kernels = options.computing().open();
    try {
      ModelOptions chosen =
          new ModelOptions(
              options.expertsPerToken(),
              adapters.usual(),
              adapters.others(),
              options.maxResident(),
              options.interventions());
      Model model = Models.load(checkpoint, chosen, kernels);
      checkContext(options, model, path);
      Optional<Tokenizer> tokenizer = checkpoint.vocabulary().map(Tokenizers::of);
      Optional<PromptFormat> format =
          tokenizer.map(t -> PromptFormat.of(options.promptFormat(), t, checkpoint.chatTemplate()));
      return new Engine(
          path.toString(),
          model,
          tokenizer,
          format,
          checkpoint.eosTokens(),
          options,
          options.copiesWeights(checkpoint.fileBytes())
              ? Optional.of(Settling.start(checkpoint))
              : Optional.empty(),
          () -> {
            model.close();
            kernels.close();
            adapters.close();
            checkpoint.close();
          });
    } catch (RuntimeException | Error e) {
      kernels.close();
      throw e;
    }
  }

  /// Waits until the weights lie where passes read them fastest; a model answers before that, too.
  ///
  /// @throws InterruptedException if the thread is interrupted
  public void settle() throws InterruptedException {
    if (settling.isPresent()) {
      settling.get().await();
    }
  }

  private static void checkContext(EngineOptions options, Model model, Path path) {
    int most = model.config().maxPositionEmbeddings();
    options
        .context()
        .ifPresent(context -> {
          if (context > most) {
            throw new EngineException(
                path
                    + ": a context of "
                    + context
                    + " was asked for, the model is made for "
                    + most);
          }
        });
  }

  /// An engine of parts that the caller made; closing it leaves them open.
  public static Engine of(
      Model model,
      Optional<Tokenizer> tokenizer,
      Optional<PromptFormat> promptFormat,
      Set<Integer> eosTokens,
      EngineOptions options) {
    return new Engine(
        "model", model, tokenizer, promptFormat, eosTokens, options, Optional.empty(), () -> {});
  }

  public Model model() {
    return model;
  }

  /// Where it came from: its path as it was given, or `model`.
  public String name() {
    return name;
  }

  /// K, the experts that a token visits; 0 for a dense model.
  public int expertsPerToken() {
    return options.expertsPerToken().orElse(model.config().numExpertsPerTok());
  }

  /// Absent if the model's files have none; then only ids go in and out.
  public Optional<Tokenizer> tokenizer() {
    return tokenizer;
  }

  /// Why conversations are not written as the model's file asks, if they are not.
  public Optional<String> promptComplaint() {
    return promptFormat.flatMap(PromptFormat::complaint);
  }

  int guesses() {
    return options.guesses();
  }

  /// Tokens that end a generation.
  public Set<Integer> eosTokens() {
    return eosTokens;
  }

  /// The ids of a text to continue, with the opening token if the vocabulary asks for one.
  public int[] encode(String text) {
    Tokenizer t = requireTokenizer();
    int[] ids = t.encode(text);
    return t.vocabulary().addBos() && t.vocabulary().bos().isPresent()
        ? IntStream.concat(t.vocabulary().bos().stream(), IntStream.of(ids)).toArray()
        : ids;
  }

  /// The ids that ask for the next turn of a conversation.
  public int[] encode(List<Message> conversation) {
    return encode(conversation, List.of());
  }

  /// The ids that ask for the next turn of a conversation.
  ///
  /// @param tools what the model may call
  /// @throws sirocco.text.TemplateException if the prompt format has no place for them
  public int[] encode(List<Message> conversation, List<Message.Tool> tools) {
    requireTokenizer();
    return promptFormat
        .orElseThrow(
            () -> new EngineException("this engine was made without a prompt format for chats"))
        .encode(conversation, tools);
  }

  /// Continues a text in a session of its own.
  ///
  /// @param onText told of every piece of text as it is made
  public Completion generate(String prompt, SamplingSettings settings, Consumer<String> onText) {
    return run(Request.of(encode(prompt), settings), onText);
  }

  /// Answers a conversation in a session of its own.
  public Completion chat(
      List<Message> conversation, SamplingSettings settings, Consumer<String> onText) {
    return run(Request.of(encode(conversation), settings).answers(true), onText);
  }

  private Completion run(Request request, Consumer<String> onText) {
    try (Session session = newSession()) {
      return session.start(request.onToken(token -> onText.accept(token.text()))).run();
    }
  }

  /// A session of as many tokens as the options say.
  public Session newSession() {
    return newSession(context());
  }

  /// A session of at most `context` tokens with pages from a store.
  Session newSession(int context, CachePages pages) {
    return new Session(this, model.newCache(context, options.cache(), pages));
  }

  /// The number of an adapter for [sirocco.model.Batch.Part#adapter].
  ///
  /// @throws EngineException if there is none of that name
  int adapter(Optional<String> name) {
    if (name.isEmpty()) {
      return 0;
    }
    List<String> names = List.copyOf(options.adapters().keySet());
    int index = names.indexOf(name.get());
    if (index < 0) {
      throw new EngineException("no adapter is named '" + name.get() + "', there are " + names);
    }
    return index + 1;
  }

  /// Refuses what a session of at most `context` tokens cannot begin with.
  ///
  /// @throws EngineException if the prompt does not fit or holds ids that the model has not
  void check(Request request, int context) {
    Session.check(this, request, context);
  }

  /// The most tokens of a session.
  public int context() {
    return options.context().orElse(model.config().maxPositionEmbeddings());
  }

  /// What it was opened with.
  public EngineOptions options() {
    return options;
  }

  Reader reader() {
    return reader;
  }

  /// A session of at most `context` tokens.
  public Session newSession(int context) {
    return new Session(this, model.newCache(context, options.cache()));
  }

  /// Takes generations one pass further, those that read their prompts in one batch and those that
  /// make tokens in another; those that are done are left alone. If a pass fails the sessions in it
  /// are cleared.
  public void step(List<Generation> generations) {
    List<Generation> live = generations.stream().filter(g -> !g.isDone()).toList();
    Map<Phase, List<Generation>> phases =
        live.stream().collect(Collectors.groupingBy(Generation::phase));
    phases.forEach((phase, some) -> pass(phase, some, Integer.MAX_VALUE));
    live.stream()
        .flatMap(g -> g.failure().stream())
        .findFirst()
        .ifPresent(e -> {
          throw e;
        });
  }

  /// A pass that went well.
  ///
  /// @param output to look at before the next pass
  /// @param rows that were computed
  record Pass(Output output, int rows) {}

  /// One pass. What goes wrong with one generation, such as a filter that bars every token, ends
  /// that one; what goes wrong with the pass ends all that are in it.
  ///
  /// @param budget the most prompt tokens in it; the first generations take what they can
  /// @return nothing if it failed
  Optional<Pass> pass(Phase phase, List<Generation> live, int budget) {
    List<Batch.Part> parts = new ArrayList<>();
    int left = budget;
    for (int i = 0; i < live.size() && left > 0; i++) {
      Batch.Part part = live.get(i).nextPart(Math.min(options.chunk(), left));
      parts.add(part);
      left -= phase == Phase.PROMPT ? part.tokens().length : 0;
    }
    List<Generation> taking = live.subList(0, parts.size());
    Batch batch = new Batch(phase, parts);
    synchronized (workspace) {
      try {
        Optional<WatchedPasses.Watched> watched = passes.begin(phase, taking);
        Output output = model.forward(batch, workspace);
        advance(taking, batch, output);
        watched.ifPresent(w -> w.end(batch, output));
        return Optional.of(new Pass(output, batch.rows()));
      } catch (RuntimeException e) {
        taking.forEach(g -> g.fail(e));
        return Optional.empty();
      } catch (Error e) {
        taking.forEach(Generation::breakOff);
        throw e;
      }
    }
  }

  /// Draws at once, on all threads, what is the same for all; whoever listens is told one by one.
  private void advance(List<Generation> live, Batch batch, Output output) {
    List<Batch.Part> parts = batch.parts();
    int[] rows = new int[parts.size() + 1];
    int[] logitsRows = new int[parts.size() + 1];
    for (int i = 0; i < parts.size(); i++) {
      rows[i + 1] = rows[i] + parts.get(i).tokens().length;
      logitsRows[i + 1] = logitsRows[i] + parts.get(i).logitsRows();
    }
    model.each(live.size(), i -> live.get(i).drawAhead(parts.get(i), output, logitsRows[i]));
    for (int i = 0; i < live.size(); i++) {
      try {
        live.get(i).advance(parts.get(i), output, rows[i], logitsRows[i]);
      } catch (RuntimeException e) {
        live.get(i).fail(e);
      }
    }
  }

  static void copyRow(Tensor rows, int row, float[] target) {
    MemorySegment.copy(rows.data(), Tensor.FLOAT, row * rows.rowBytes(), target, 0, target.length);
  }

  /// Frees the scratch memory and closes the files; sessions must be closed before.
  @Override
  public void close() {
    settling.ifPresent(Settling::close);
    try {
      workspace.close();
    } finally {
      onClose.run();
    }
  }

  private Tokenizer requireTokenizer() {
    return tokenizer.orElseThrow(() ->
        new EngineException(
            name + ": has no tokenizer; put tokenizer.model or tokenizer.json beside it"));
  }
}
