package sirocco.cli;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import sirocco.checkpoint.Adapter;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Checkpoints;
import sirocco.checkpoint.GgufCheckpoint;
import sirocco.checkpoint.Ledger;
import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.QuantizationMixture;
import sirocco.checkpoint.Role;
import sirocco.checkpoint.Roles;
import sirocco.checkpoint.SyntheticCheckpoint;
import sirocco.engine.EngineOptions;
import sirocco.model.Model;
import sirocco.model.ModelOptions;
import sirocco.model.Models;
import sirocco.model.PassCost;
import sirocco.tensor.DType;
import sirocco.tensor.Kernels;

/// The model that is measured: the weights, opened once, for as many numbers of threads as are
/// asked for.
///
/// @param type what most weights are stored in, as llama-bench says it: `Q4_K - Medium`
record BenchModel(
    Checkpoint checkpoint, Optional<Adapter> adapter, EngineOptions options, String type)
    implements AutoCloseable {

  /// Bytes that the measurement of the memory's speed reads at most.
  private static final long MOST_MEMORY = 1L << 30;

  private static final long SEED = 1;

  static BenchModel open(ModelSource source, EngineOptions options) {
    Checkpoint checkpoint = Checkpoints.open(source.path());
    try {
      Optional<Adapter> adapter = options.adapter().map(folder -> Adapter.open(folder, checkpoint));
      if (options.copiesWeights(checkpoint.fileBytes())) {
        checkpoint.settle(() -> true);
      }
      return new BenchModel(checkpoint, adapter, options, typeOf(checkpoint));
    } catch (RuntimeException | Error e) {
      checkpoint.close();
      throw e;
    }
  }

  /// Random weights.
  ///
  /// @param context tokens of a session
  /// @param sessions that are held at once
  /// @param available bytes of memory; empty if unknown
  /// @throws InputException if the memory does not suffice
  static BenchModel of(
      BenchArguments.Synthetic wanted,
      EngineOptions options,
      int context,
      int sessions,
      OptionalLong available) {
    ModelConfig config = wanted.shape().config();
    QuantizationMixture mixture = wanted.mixture();
    long weights = SyntheticCheckpoint.bytes(config, mixture);
    MemoryPlan plan =
        MemoryPlan.of(config, weights, OptionalLong.empty(), context, options.cache(), available);
    long needed = plan.totalBytes() + (sessions - 1) * plan.cacheBytes();
    if (available.isPresent() && needed > available.getAsLong()) {
      throw new InputException(
          ("%s in %s needs %s of memory (weights %s, caches %s), and this machine has %s"
                  + " available; choose a --type of fewer bits, or a smaller --shape")
              .formatted(
                  wanted.shape().title(),
                  mixture,
                  Bytes.show(needed),
                  Bytes.show(weights),
                  Bytes.show(sessions * plan.cacheBytes()),
                  Bytes.show(available.getAsLong())));
    }
    Checkpoint checkpoint = SyntheticCheckpoint.of(wanted.shape().title(), config, mixture, SEED);
    return new BenchModel(checkpoint, Optional.empty(), options, title(mixture));
  }

  /// The model on these kernels.
  Model on(Kernels kernels) {
    var chosen =
        new ModelOptions(options.expertsPerToken(), adapter, List.of(), options.maxResident());
    return Models.load(checkpoint, chosen, kernels);
  }

  PassCost cost() {
    ModelConfig config = checkpoint.config();
    return PassCost.of(checkpoint, options.expertsPerToken().orElse(config.numExpertsPerTok()));
  }

  /// Bytes of all tensors.
  long bytes() {
    return checkpoint.tensors().values().stream()
        .mapToLong(entry -> entry.dtype().bytes(entry.shape().elements()))
        .sum();
  }

  /// The weights as they lie in memory, at most a GiB of them.
  List<MemorySegment> memory() {
    List<MemorySegment> segments = new ArrayList<>();
    long bytes = 0;
    for (Role role : (Iterable<Role>) Roles.of(checkpoint.config())::iterator) {
      MemorySegment segment = checkpoint.weight(role).data();
      bytes += segment.byteSize();
      if (bytes > MOST_MEMORY && !segments.isEmpty()) {
        break;
      }
      segments.add(segment);
    }
    return segments;
  }

  /// What llama-bench calls `model_type`: `mixtral 8x7.2B Q4_K - Medium`. Of a mixture the size is
  /// that of the model with one expert.
  String describe() {
    ModelConfig config = checkpoint.config();
    Ledger ledger = Ledger.of(config);
    String family = config.architecture().name().toLowerCase(Locale.ROOT);
    if (!config.isMixture()) {
      return family + " " + size(ledger.total()) + " " + type;
    }
    int experts = config.numLocalExperts();
    long one = ledger.total() - ledger.feedForward() / experts * (experts - 1);
    return family + " " + experts + "x" + size(one) + " " + type;
  }

  /// Two digits at most after the first that counts: `7.2B`, `22B`, `0.28B`, `13M`.
  private static String size(long parameters) {
    if (parameters < 100_000_000) {
      return Math.max(1, Math.round(parameters / 1e6)) + "M";
    }
    double billions = parameters / 1e9;
    String pattern = billions < 1 ? "%.2fB" : billions < 10 ? "%.1fB" : "%.0fB";
    return String.format(Locale.ROOT, pattern, billions);
  }

  /// The mixture that a GGUF file names; else the type that holds the most bytes.
  private static String typeOf(Checkpoint checkpoint) {
    if (checkpoint instanceof GgufCheckpoint gguf) {
      OptionalInt number = gguf.metadata().integer("general.file_type");
      for (QuantizationMixture mixture : QuantizationMixture.values()) {
        if (number.isPresent() && number.getAsInt() == mixture.ggufFileType()) {
          return title(mixture);
        }
      }
    }
    Map<DType, Long> bytes = new HashMap<>();
    for (Checkpoint.Entry entry : checkpoint.tensors().values()) {
      bytes.merge(entry.dtype(), entry.dtype().bytes(entry.shape().elements()), Long::sum);
    }
    return bytes.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(most -> most.getKey().name())
        .orElse("unknown");
  }

  private static String title(QuantizationMixture mixture) {
    return mixture.name().replace("_K_M", "_K - Medium");
  }

  @Override
  public void close() {
    adapter.ifPresent(Adapter::close);
    checkpoint.close();
  }
}
