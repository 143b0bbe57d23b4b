package sirocco.langchain4j;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import sirocco.LanguageModel;
import sirocco.LoadOptions;
import sirocco.Sirocco;
import sirocco.checkpoint.Adapter;
import sirocco.checkpoint.AdapterWriter;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Checkpoints;
import sirocco.checkpoint.LowRank;
import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.Role;
import sirocco.checkpoint.Rope;
import sirocco.defaultmodel.DefaultModel;
import sirocco.engine.Engine;
import sirocco.engine.EngineOptions;
import sirocco.engine.PromptFormat;
import sirocco.engine.SchedulerOptions;
import sirocco.model.ModelOptions;
import sirocco.model.Models;
import sirocco.tensor.DType;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;
import sirocco.testkit.RandomCheckpoint;
import sirocco.text.Tokenizer;
import sirocco.text.Tokenizers;
import sirocco.text.Vocabulary;
import sirocco.text.Vocabulary.Token;

/// The models that the tests ask.
final class TestModels {
  /// An adapter that all models but [#bounded] have.
  static final String ADAPTER = "other";

  private static final List<String> CONTROL =
      List.of(
          "<s>",
          "</s>",
          "[INST]",
          "[/INST]",
          "[TOOL_CALLS]",
          "[AVAILABLE_TOOLS]",
          "[/AVAILABLE_TOOLS]",
          "[TOOL_RESULTS]",
          "[/TOOL_RESULTS]");

  private TestModels() {}

  /// The default model, whose chat format has no tools, with an adapter.
  static LanguageModel plain(Path folder) {
    return LanguageModel.of(
        Engine.open(DefaultModel.path(), withAdapter(folder)),
        LoadOptions.DEFAULT.sampling(DefaultModel.sampling()));
  }

  /// The default model, with these bounds.
  static LanguageModel bounded(SchedulerOptions scheduling) {
    return Sirocco.load(DefaultModel.path(), LoadOptions.DEFAULT.scheduler(scheduling));
  }

  /// The default model with a script.
  static LanguageModel spelled(Path folder, Script script) {
    EngineOptions options = withAdapter(folder);
    Engine base = Engine.open(DefaultModel.path(), options);
    Tokenizer tokenizer = base.tokenizer().orElseThrow();
    PromptFormat format;
    try (Checkpoint checkpoint = Checkpoints.open(DefaultModel.path())) {
      format = PromptFormat.of(PromptFormat.Kind.AUTO, tokenizer, checkpoint.chatTemplate());
    }
    return LanguageModel.of(
        Engine.of(
            new ScriptedModel(base.model(), tokenizer, script),
            Optional.of(tokenizer),
            Optional.of(format),
            base.eosTokens(),
            options),
        LoadOptions.DEFAULT);
  }

  /// A mixture of random weights, whose states still say little more than which token they are of:
  /// texts with the same words are near. Those of the default model are no embeddings.
  ///
  /// @param tokenizer to make words with
  static LanguageModel words(Tokenizer tokenizer) {
    ModelConfig config =
        new ModelConfig(
            ModelConfig.Architecture.MIXTRAL,
            tokenizer.vocabSize(),
            128,
            20,
            1,
            4,
            2,
            32,
            4,
            2,
            1e-5f,
            new Rope(1e4, new Rope.Scaling.None()),
            OptionalInt.empty(),
            2048,
            false);
    return LanguageModel.of(
        Engine.of(
            Models.load(new RandomCheckpoint(config, 5), ModelOptions.DEFAULT),
            Optional.of(tokenizer),
            Optional.empty(),
            Set.of(2),
            EngineOptions.DEFAULT),
        LoadOptions.DEFAULT);
  }

  /// A tiny mixture of random weights with a script, in Mistral's V3 format, which has tools.
  static LanguageModel marked(Path folder, Script script) {
    Tokenizer tokenizer = v3Tokenizer();
    ModelConfig config =
        new ModelConfig(
            ModelConfig.Architecture.MIXTRAL,
            tokenizer.vocabSize(),
            24,
            20,
            2,
            4,
            2,
            6,
            5,
            2,
            1e-5f,
            new Rope(1e4, new Rope.Scaling.None()),
            OptionalInt.empty(),
            8192,
            false);
    var checkpoint = new RandomCheckpoint(config, 5);
    EngineOptions options = withAdapter(folder, config);
    ModelOptions adapters =
        new ModelOptions(
            OptionalInt.empty(),
            Optional.empty(),
            List.of(Adapter.open(folder.resolve(ADAPTER), checkpoint)),
            OptionalLong.empty());
    return LanguageModel.of(
        Engine.of(
            new ScriptedModel(Models.load(checkpoint, adapters), tokenizer, script),
            Optional.of(tokenizer),
            Optional.of(PromptFormat.of(PromptFormat.Kind.V3, tokenizer, Optional.empty())),
            Set.of(1),
            options),
        LoadOptions.DEFAULT);
  }

  private static Tokenizer v3Tokenizer() {
    List<Token> tokens = new ArrayList<>();
    CONTROL.forEach(text -> tokens.add(new Token(text, 0, Vocabulary.Type.CONTROL)));
    tokens.add(new Token("<unk>", 0, Vocabulary.Type.UNKNOWN));
    for (int b = 0; b < 256; b++) {
      tokens.add(new Token("<0x%02X>".formatted(b), 0, Vocabulary.Type.BYTE));
    }
    tokens.add(new Token("▁", -1, Vocabulary.Type.NORMAL));
    for (char c = 'a'; c <= 'z'; c++) {
      tokens.add(new Token(String.valueOf(c), -100, Vocabulary.Type.NORMAL));
    }
    return Tokenizers.of(
        new Vocabulary(
            Vocabulary.Kind.SENTENCEPIECE_BPE,
            tokens,
            List.of(),
            Optional.empty(),
            true,
            false,
            true,
            false,
            OptionalInt.of(0),
            OptionalInt.of(1),
            OptionalInt.of(CONTROL.size()),
            OptionalInt.empty()));
  }

  private static EngineOptions withAdapter(Path folder) {
    ModelConfig config;
    try (Checkpoint checkpoint = Checkpoints.open(DefaultModel.path())) {
      config = checkpoint.config();
    }
    return withAdapter(folder, config);
  }

  private static EngineOptions withAdapter(Path folder, ModelConfig config) {
    var random = new SplittableRandom(2);
    try (Arena arena = Arena.ofConfined()) {
      long width = config.hiddenSize();
      Map<Role, LowRank> pairs =
          Map.of(
              new Role.Layer(0, Role.Part.QUERY),
              new LowRank(
                  random(random, Shape.of(2, width), arena),
                  random(random, Shape.of(width, 2), arena),
                  1));
      AdapterWriter.write(
          Files.createDirectories(folder.resolve(ADAPTER)),
          config,
          "tiny",
          pairs,
          AdapterWriter.Experts.SINGLE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var adapters = new LinkedHashMap<String, Path>();
    adapters.put(ADAPTER, folder.resolve(ADAPTER));
    return EngineOptions.builder().adapters(adapters).context(2048).build();
  }

  private static Tensor random(SplittableRandom random, Shape shape, Arena arena) {
    Tensor tensor = Tensor.allocate(DType.F32, shape, arena);
    for (long i = 0; i < shape.elements(); i++) {
      tensor.setFloat(i, (float) random.nextDouble(-0.01, 0.01));
    }
    return tensor;
  }
}
