package sirocco.checkpoint;

import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import sirocco.tensor.Tensor;
import sirocco.text.Vocabulary;

/// A folder as Hugging Face keeps a model: `config.json`, `model.safetensors` or its shards with
/// `model.safetensors.index.json`, and the tokenizer's files.
///
/// Every weight's presence, shape and type is checked when the folder is opened.
public final class HuggingFaceCheckpoint implements Checkpoint {
  static final String CONFIG = "config.json";
  static final String GENERATION_CONFIG = "generation_config.json";
  static final String STEM = "model";
  private static final int DEFAULT_EOS = 2;

  private final Path folder;
  private final SafetensorsShards shards;
  private final SafetensorsWeights weights;
  private final Optional<Vocabulary> vocabulary;
  private final Optional<String> chatTemplate;
  private final OptionalInt bos;
  private final Set<Integer> eos;

  private HuggingFaceCheckpoint(
      Path folder, SafetensorsShards shards, Optional<Vocabulary> vocabulary) {
    this.folder = folder;
    this.shards = shards;
    this.vocabulary = vocabulary;
    HuggingFaceConfig config = HuggingFaceConfig.read(folder.resolve(CONFIG));
    String prefix =
        shards.entries().keySet().stream().anyMatch(n -> n.startsWith(HuggingFaceNames.PREFIX))
            ? HuggingFaceNames.PREFIX
            : "";
    ModelConfig model = untieIfDifferent(config.model(), prefix, shards);
    var names = new HuggingFaceNames(model, prefix);
    this.weights = new SafetensorsWeights(folder, shards, model, names::sources);
    weights.requireComplete(names.layers());
    this.chatTemplate = HuggingFaceTemplate.read(folder);
    this.bos = vocabulary.map(Vocabulary::bos).filter(OptionalInt::isPresent).orElse(config.bos());
    this.eos = eos(config);
  }

  /// Opens a folder. Weights without the prefix `model.`, as the bare model saves them, are
  /// accepted.
  ///
  /// @param vocabulary the tokenizer found there, if any
  /// @throws CheckpointException if a file is missing or wrong
  public static HuggingFaceCheckpoint open(Path folder, Optional<Vocabulary> vocabulary) {
    SafetensorsShards shards =
        SafetensorsShards.find(folder, STEM).orElseThrow(() -> noWeights(folder));
    try {
      return new HuggingFaceCheckpoint(folder, shards, vocabulary);
    } catch (RuntimeException | Error e) {
      shards.close();
      throw e;
    }
  }

  private static CheckpointException noWeights(Path folder) {
    boolean pickled =
        Files.exists(folder.resolve("pytorch_model.bin"))
            || Files.exists(folder.resolve("pytorch_model.bin.index.json"));
    return new CheckpointException(
        folder,
        pickled
            ? "holds pytorch_model.bin, which can run code when it is read:"
                + " convert it to model.safetensors first"
            : "expected model.safetensors or model.safetensors.index.json");
  }

  /// A file may say that head and embedding are one and hold two different ones; transformers then
  /// believes the weights, and so does Sirocco.
  private static ModelConfig untieIfDifferent(
      ModelConfig c, String prefix, SafetensorsShards shards) {
    Optional<MemorySegment> head = shards.find(HuggingFaceNames.HEAD).map(Tensor::data);
    Optional<MemorySegment> embedding =
        shards.find(prefix + "embed_tokens.weight").map(Tensor::data);
    if (!c.tieWordEmbeddings()
        || head.isEmpty()
        || embedding.isEmpty()
        || head.get().mismatch(embedding.get()) < 0) {
      return c;
    }
    return new ModelConfig(
        c.architecture(),
        c.vocabSize(),
        c.hiddenSize(),
        c.intermediateSize(),
        c.numHiddenLayers(),
        c.numAttentionHeads(),
        c.numKeyValueHeads(),
        c.headDim(),
        c.numLocalExperts(),
        c.numExpertsPerTok(),
        c.rmsNormEps(),
        c.rope(),
        c.slidingWindow(),
        c.maxPositionEmbeddings(),
        false);
  }

  /// The union of what config.json, generation_config.json and the tokenizer say.
  private Set<Integer> eos(HuggingFaceConfig config) {
    var tokens = new TreeSet<>(config.eos());
    Path generation = folder.resolve(GENERATION_CONFIG);
    if (Files.exists(generation)) {
      tokens.addAll(HuggingFaceConfig.eos(JsonFile.read(generation), config.model()));
    }
    // A tokenizer may know tokens that the weights do not; those are never generated.
    vocabulary
        .map(Vocabulary::eos)
        .orElse(OptionalInt.empty())
        .ifPresent(id -> {
          if (id < config.model().vocabSize()) {
            tokens.add(id);
          }
        });
    if (tokens.isEmpty() && config.model().vocabSize() > DEFAULT_EOS) {
      tokens.add(DEFAULT_EOS); // what transformers takes where nothing is said
    }
    return Collections.unmodifiableSet(tokens);
  }

  @Override
  public Path path() {
    return folder;
  }

  @Override
  public ModelConfig config() {
    return weights.config();
  }

  @Override
  public Rope.Layout ropeLayout() {
    return Rope.Layout.HALVES;
  }

  @Override
  public Tensor weight(Role role) {
    return weights.weight(role);
  }

  @Override
  public long settle(BooleanSupplier goOn) {
    return shards.settle(goOn);
  }

  @Override
  public Tensor read(Tensor weight, MemorySegment room) {
    return shards.read(weight, room);
  }

  @Override
  public boolean has(Role role) {
    return weights.has(role);
  }

  @Override
  public SortedMap<String, Entry> tensors() {
    return shards.entries();
  }

  @Override
  public Optional<Vocabulary> vocabulary() {
    return vocabulary;
  }

  @Override
  public Optional<String> chatTemplate() {
    return chatTemplate;
  }

  @Override
  public OptionalInt bosToken() {
    return bos;
  }

  @Override
  public Set<Integer> eosTokens() {
    return eos;
  }

  @Override
  public long fileBytes() {
    return shards.fileBytes();
  }

  @Override
  public List<Path> files() {
    var files = new ArrayList<Path>(List.of(folder.resolve(CONFIG)));
    files.addAll(shards.paths());
    return List.copyOf(files);
  }

  @Override
  public void close() {
    shards.close();
  }
}
