package sirocco.model;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.stream.IntStream;
import sirocco.checkpoint.ModelConfig;
import sirocco.tensor.DType;
import sirocco.tensor.KeyValues;

/// The keys and values of one session, a ring of slots a layer. A model with a sliding window of W
/// has W slots and keeps position p in slot p mod W (Mistral 7B, arXiv 2310.06825, figure 2):
/// memory stays the same however long the session gets. Any other model has a slot a position.
/// Memory is taken in blocks as the session grows.
///
/// Used by one thread at a time.
public final class KvCache implements AutoCloseable {
  /// How keys and values are kept.
  public enum Precision {
    /// exact
    F32(DType.F32),
    /// half the memory
    F16(DType.F16),
    /// 8 bits and a scale for each 32 numbers: a quarter of F32
    Q8(DType.Q8_0);

    private final DType dtype;

    Precision(DType dtype) {
      this.dtype = dtype;
    }

    /// The type of the stored numbers.
    public DType dtype() {
      return dtype;
    }
  }

  private final Arena arena = Arena.ofShared();
  private final List<KeyValues> layers;
  private final int capacity;
  private final int slots;
  private int length;

  /// @param context the most tokens the session will hold
  KvCache(ModelConfig config, int context, Precision precision) {
    if (context < 1) {
      throw new IllegalArgumentException(
          "a context must hold at least one token, asked for " + context);
    }
    this.capacity = context;
    this.slots = slots(config, context);
    this.layers =
        IntStream.range(0, config.numHiddenLayers())
            .mapToObj(_ ->
                new KeyValues(
                    precision.dtype, config.numKeyValueHeads(), config.headDim(), slots, arena))
            .toList();
  }

  /// Bytes that a session of `context` tokens takes when it is full.
  public static long bytes(ModelConfig config, int context, Precision precision) {
    return config.numHiddenLayers()
        * KeyValues.bytes(
            precision.dtype, config.numKeyValueHeads(), config.headDim(), slots(config, context));
  }

  private static int slots(ModelConfig config, int context) {
    return Math.min(context, config.slidingWindow().orElse(context));
  }

  /// Tokens seen so far: the position of the next one.
  public int length() {
    return length;
  }

  /// The most tokens this cache can see.
  public int capacity() {
    return capacity;
  }

  /// Slots of the ring: as many tokens can be taken back as long as there are no more.
  public int slots() {
    return slots;
  }

  /// Forgets everything, keeping the memory.
  public void clear() {
    length = 0;
  }

  /// Whether the session can go back to its first `tokens` tokens: not once a window has rolled
  /// past them.
  public boolean canTruncate(int tokens) {
    return tokens == length || tokens == 0 || (tokens > 0 && tokens < length && length <= slots);
  }

  /// Goes back to the first `tokens` tokens.
  ///
  /// @throws IllegalArgumentException unless [#canTruncate]
  public void truncate(int tokens) {
    if (!canTruncate(tokens)) {
      throw new IllegalArgumentException(
          "cannot go back to " + tokens + " of " + length + " tokens in " + slots + " slots");
    }
    length = tokens;
  }

  KeyValues layer(int layer) {
    return layers.get(layer);
  }

  void advance(int tokens) {
    length += tokens;
  }

  @Override
  public void close() {
    arena.close();
  }
}
