package sirocco.cli;

import java.util.Locale;
import java.util.OptionalLong;
import sirocco.checkpoint.ModelConfig;
import sirocco.engine.EngineOptions;
import sirocco.model.KvCache;

/// The memory that a model takes when it runs, known before it is loaded.
///
/// @param weightsBytes mapped from the files; the system may drop and read them again, slowly
/// @param residentBytes of the weights, at most in memory: all, or what was asked for
/// @param context tokens of the one session that is planned for
/// @param cacheType how its keys and values are kept: f32, f16 or q8
/// @param cacheBytes its cache when it is full
/// @param cacheBytesPerToken of one more token, until a window is full
/// @param scratchBytes of a forward pass, at most
/// @param javaBytes of Java itself: its heap, classes and compiled code
/// @param totalBytes everything together
/// @param availableBytes what this machine can give now; empty if unknown
/// @param fits whether that much is available; true if that is unknown
/// @param largestContext the most tokens, up to the model's own context, that fit beside the rest;
///   0 if the weights alone do not, empty if the available memory is unknown
record MemoryPlan(
    long weightsBytes,
    long residentBytes,
    int context,
    String cacheType,
    long cacheBytes,
    long cacheBytesPerToken,
    long scratchBytes,
    long javaBytes,
    long totalBytes,
    OptionalLong availableBytes,
    boolean fits,
    OptionalLong largestContext) {

  /// What a `run` takes beside weights, cache and scratch (docs/performance.md, section 2).
  private static final long JAVA_BYTES = 200L << 20;

  static MemoryPlan of(
      ModelConfig config,
      long weightsBytes,
      OptionalLong maxResident,
      int context,
      KvCache.Precision cacheType,
      OptionalLong availableBytes) {
    long cache = KvCache.bytes(config, context, cacheType);
    long perToken = KvCache.bytes(config, 1, cacheType);
    long scratch = scratch(config, Math.min(EngineOptions.DEFAULT.chunk(), context));
    long resident = Math.min(weightsBytes, maxResident.orElse(weightsBytes));
    long rest = Math.addExact(resident, scratch + JAVA_BYTES);
    long total = Math.addExact(rest, cache);
    return new MemoryPlan(
        weightsBytes,
        resident,
        context,
        cacheType.name().toLowerCase(Locale.ROOT),
        cache,
        perToken,
        scratch,
        JAVA_BYTES,
        total,
        availableBytes,
        availableBytes.isEmpty() || total <= availableBytes.getAsLong(),
        availableBytes.isEmpty()
            ? OptionalLong.empty()
            : OptionalLong.of(largest(config, availableBytes.getAsLong() - rest, perToken)));
  }

  /// A cache stops growing when the window is full.
  private static long largest(ModelConfig config, long room, long bytesPerToken) {
    long own = config.maxPositionEmbeddings();
    long slots = Math.max(0, room) / bytesPerToken;
    return slots >= Math.min(own, config.slidingWindow().orElse(Integer.MAX_VALUE)) ? own : slots;
  }

  /// What a pass over `rows` tokens holds at once in float32, all of them at one expert: residual,
  /// norms, attention's parts, the expert's hidden width, one row of logits. The workspace grows by
  /// doubling, so it may hold twice that.
  private static long scratch(ModelConfig config, long rows) {
    long width = config.hiddenSize();
    long queries = (long) config.numAttentionHeads() * config.headDim();
    long keys = (long) config.numKeyValueHeads() * config.headDim();
    long row =
        8 * width
            + 2 * queries
            + 2 * keys
            + 2L * config.intermediateSize()
            + config.numLocalExperts();
    return 2 * Float.BYTES * (rows * row + config.vocabSize());
  }
}
