package sirocco.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Checkpoints;
import sirocco.checkpoint.ConsolidatedCheckpoint;
import sirocco.checkpoint.GgufCheckpoint;
import sirocco.checkpoint.HuggingFaceCheckpoint;
import sirocco.checkpoint.Ledger;
import sirocco.checkpoint.ModelConfig;
import sirocco.tensor.DType;

/// What a model is, from its files or from its configuration alone.
///
/// @param totalParameters of the architecture, exactly
/// @param activeParameters those that one token passes through
/// @param weightsBytes of the tensors as stored; of BF16 where there is only a configuration
/// @param types what is stored in each type; empty where there is only a configuration
/// @param tensors in the file's own order of names; empty where there is only a configuration
record Inspection(
    Path path,
    Format format,
    Ledger ledger,
    long totalParameters,
    long activeParameters,
    long weightsBytes,
    long fileBytes,
    List<Stored> types,
    List<Entry> tensors,
    Tokens tokens) {

  /// How the model is stored.
  enum Format {
    HUGGING_FACE("Hugging Face safetensors"),
    CONSOLIDATED("Mistral consolidated"),
    GGUF("GGUF"),
    CONFIGURATION("configuration only");

    private final String text;

    Format(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /// All tensors of one type.
  record Stored(DType type, int tensors, long parameters, long bytes) {}

  /// One tensor.
  record Entry(String name, DType type, List<Long> shape, long bytes) {}

  /// What the files say of text.
  ///
  /// @param vocabulary whether there is a tokenizer
  /// @param eos every token that ends a generation
  record Tokens(
      boolean vocabulary,
      boolean chatTemplate,
      @JsonInclude(JsonInclude.Include.NON_ABSENT) OptionalInt bos,
      List<Integer> eos) {}

  /// @param path a folder, a GGUF file, or a `config.json` or `params.json` without weights
  static Inspection of(Path path) throws IOException {
    if (isConfiguration(path)) {
      return ofConfiguration(path, Checkpoints.config(path));
    }
    try (Checkpoint checkpoint = Checkpoints.open(path)) {
      return ofCheckpoint(checkpoint);
    }
  }

  private static boolean isConfiguration(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return path.toString().toLowerCase(Locale.ROOT).endsWith(".json");
    }
    try (var files = Files.list(path)) {
      List<String> names = files.map(f -> String.valueOf(f.getFileName())).toList();
      boolean configured = names.contains("config.json") || names.contains("params.json");
      return configured
          && names.stream()
              .noneMatch(n ->
                  n.endsWith(".safetensors") || n.endsWith(".gguf") || n.endsWith(".index.json"));
    }
  }

  private static Inspection ofConfiguration(Path path, ModelConfig config) {
    Ledger ledger = Ledger.of(config);
    return new Inspection(
        path,
        Format.CONFIGURATION,
        ledger,
        ledger.total(),
        ledger.active(),
        DType.BF16.bytes(ledger.total()),
        0,
        List.of(),
        List.of(),
        new Tokens(false, false, OptionalInt.empty(), List.of()));
  }

  private static Inspection ofCheckpoint(Checkpoint checkpoint) {
    Ledger ledger = Ledger.of(checkpoint.config());
    List<Entry> tensors = new ArrayList<>();
    checkpoint
        .tensors()
        .values()
        .forEach(t ->
            tensors.add(
                new Entry(
                    t.name(),
                    t.dtype(),
                    t.shape().extents(),
                    t.dtype().bytes(t.shape().elements()))));
    return new Inspection(
        checkpoint.path(),
        format(checkpoint),
        ledger,
        ledger.total(),
        ledger.active(),
        tensors.stream().mapToLong(Entry::bytes).sum(),
        checkpoint.fileBytes(),
        stored(tensors),
        List.copyOf(tensors),
        new Tokens(
            checkpoint.vocabulary().isPresent(),
            checkpoint.chatTemplate().isPresent(),
            checkpoint.bosToken(),
            checkpoint.eosTokens().stream().sorted().toList()));
  }

  private static Format format(Checkpoint checkpoint) {
    return switch (checkpoint) {
      case GgufCheckpoint _ -> Format.GGUF;
      case HuggingFaceCheckpoint _ -> Format.HUGGING_FACE;
      case ConsolidatedCheckpoint _ -> Format.CONSOLIDATED;
      default -> throw new IllegalArgumentException("unknown checkpoint " + checkpoint.getClass());
    };
  }

  /// The most bytes first.
  private static List<Stored> stored(List<Entry> tensors) {
    var byType = new TreeMap<DType, Stored>();
    for (Entry tensor : tensors) {
      long elements = tensor.shape().stream().reduce(1L, (a, b) -> a * b);
      byType.merge(
          tensor.type(),
          new Stored(tensor.type(), 1, elements, tensor.bytes()),
          (a, b) ->
              new Stored(
                  a.type, a.tensors + b.tensors, a.parameters + b.parameters, a.bytes + b.bytes));
    }
    return byType.values().stream()
        .sorted(Comparator.comparingLong(Stored::bytes).reversed())
        .toList();
  }

  /// For instance `mixtral: 32 layers, width 4096, 32 heads (8 key/value) of 128, 8 experts of
  /// 14336, 2 a token, vocabulary 32000, context 32768`.
  String architecture() {
    ModelConfig c = ledger.config();
    String feedForward =
        c.isMixture()
            ? "%d experts of %d, %d a token"
                .formatted(c.numLocalExperts(), c.intermediateSize(), c.numExpertsPerTok())
            : "feed-forward " + c.intermediateSize();
    Optional<String> window = c.slidingWindow().stream().mapToObj(w -> ", window " + w).findFirst();
    return "%s: %d layers, width %d, %d heads (%d key/value) of %d, %s, vocabulary %d, context %d%s%s"
        .formatted(
            c.architecture().name().toLowerCase(Locale.ROOT),
            c.numHiddenLayers(),
            c.hiddenSize(),
            c.numAttentionHeads(),
            c.numKeyValueHeads(),
            c.headDim(),
            feedForward,
            c.vocabSize(),
            c.maxPositionEmbeddings(),
            window.orElse(""),
            c.tieWordEmbeddings() ? ", head tied to the embedding" : "");
  }
}
