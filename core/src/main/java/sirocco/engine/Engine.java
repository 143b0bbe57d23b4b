package sirocco.engine;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import sirocco.checkpoint.Adapter;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Checkpoints;
import sirocco.model.Batch;
import sirocco.model.Model;
import sirocco.model.ModelOptions;
import sirocco.model.Models;
import sirocco.model.Output;
import sirocco.model.Workspace;
import sirocco.tensor.Kernels;
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
  }

  /// Opens a model folder (Hugging Face or Mistral consolidated) or a `.gguf` file.
  public static Engine open(Path path) {
    return open(path, EngineOptions.DEFAULT);
  }

  /// Opens a model folder or file.
  ///
  /// @throws sirocco.checkpoint.CheckpointException if it or the adapter cannot be read
  public static Engine open(Path path, EngineOptions options) {
    Checkpoint checkpoint = Checkpoints.open(path);
    try {
      Optional<Adapter> adapter = options.adapter().map(folder -> Adapter.open(folder, checkpoint));
      try {
        return open(path, checkpoint, adapter, options);
      } catch (RuntimeException | Error e) {
        adapter.ifPresent(Adapter::close);
        throw e;
      }
    } catch (RuntimeException | Error e) {
      checkpoint.close();
      throw e;
    }
  }

  /// Takes over the files, unless it throws.
  private static Engine open(
      Path path, Checkpoint checkpoint, Optional<Adapter> adapter, EngineOptions options) {
    Kernels kernels = options.computing().open();
    try {
      ModelOptions chosen =
          new ModelOptions(options.expertsPerToken(), adapter, options.maxResident());
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
            adapter.ifPresent(Adapter::close);
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
    return newSession(options.context().orElse(model.config().maxPositionEmbeddings()));
  }

  /// A session of at most `context` tokens.
  public Session newSession(int context) {
    return new Session(this, model.newCache(context, options.cache()));
  }

  /// Takes generations one pass further, all in one batch; those that are done are left alone. If
  /// the pass fails their sessions are cleared.
  public void step(List<Generation> generations) {
    List<Generation> live = generations.stream().filter(g -> !g.isDone()).toList();
    if (live.isEmpty()) {
      return;
    }
    Batch batch = new Batch(live.stream().map(g -> g.nextPart(options.chunk())).toList());
    synchronized (workspace) {
      try {
        advance(live, batch, model.forward(batch, workspace));
      } catch (RuntimeException | Error e) {
        live.forEach(Generation::fail);
        throw e;
      }
    }
  }

  private static void advance(List<Generation> live, Batch batch, Output output) {
    int row = 0;
    int logitsRow = 0;
    for (int i = 0; i < live.size(); i++) {
      Batch.Part part = batch.parts().get(i);
      live.get(i).advance(part, output, row, logitsRow);
      row += part.tokens().length;
      logitsRow +=
          switch (part.logits()) {
            case NONE -> 0;
            case LAST -> 1;
            case ALL -> part.tokens().length;
          };
    }
  }

  /// Fills `scores` with the negative log-likelihoods of `ids` from the second on.
  void score(Session session, int[] ids, double[] scores) {
    float[] logits = new float[model.config().vocabSize()];
    synchronized (workspace) {
      for (int start = 0; start < scores.length; start += options.chunk()) {
        int count = Math.min(options.chunk(), scores.length - start);
        int[] chunk = Arrays.copyOfRange(ids, start, start + count);
        Tensor rows = pass(session, chunk, Batch.Rows.ALL).logits();
        for (int i = 0; i < count; i++) {
          copyRow(rows, i, logits);
          scores[start + i] = Sampler.logSumExp(logits) - logits[ids[start + i + 1]];
        }
      }
    }
  }

  /// Feeds ids in chunks. The last one's logits are computed, as a generation would need them.
  void feed(Session session, int[] ids) {
    synchronized (workspace) {
      for (int start = 0; start < ids.length; start += options.chunk()) {
        int end = Math.min(start + options.chunk(), ids.length);
        Batch.Rows rows = end == ids.length ? Batch.Rows.LAST : Batch.Rows.NONE;
        pass(session, Arrays.copyOfRange(ids, start, end), rows);
      }
    }
  }

  /// One pass of one session, which is cleared if the pass fails.
  private Output pass(Session session, int[] ids, Batch.Rows rows) {
    try {
      Output output = model.forward(new Batch(List.of(session.part(ids, rows))), workspace);
      session.fed(ids);
      return output;
    } catch (RuntimeException | Error e) {
      session.clear();
      throw e;
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
