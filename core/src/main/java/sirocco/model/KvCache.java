package sirocco.model;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import sirocco.checkpoint.ModelConfig;
import sirocco.tensor.DType;
import sirocco.tensor.KeyValues;
import sirocco.tensor.Tensor;

/// The keys and values of one session, a ring of slots a layer. A model with a sliding window of W
/// has W slots and keeps position p in slot p mod W (Mistral 7B, arXiv 2310.06825, figure 2):
/// memory stays the same however long the session gets. Any other model has a slot a position.
/// Memory is taken in pages as the session grows, and several sessions can read the same pages.
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

  private final CachePages pages;
  private final boolean ownsPages;
  private final List<CachePages.Page> held = new ArrayList<>();
  private final List<KeyValues> layers;
  private final int capacity;
  private final int slots;
  private int length;

  /// A cache with pages of its own.
  ///
  /// @param context the most tokens the session will hold
  KvCache(ModelConfig config, int context, Precision precision) {
    this(config, context, precision, ownPages(config, context, precision), true);
  }

  /// A cache with pages from a store.
  ///
  /// @param pages for this model and precision
  KvCache(ModelConfig config, int context, Precision precision, CachePages pages) {
    this(config, context, precision, pages, false);
  }

  private KvCache(
      ModelConfig config, int context, Precision precision, CachePages pages, boolean ownsPages) {
    this.pages = pages;
    this.ownsPages = ownsPages;
    this.capacity = context;
    this.slots = slots(config, context);
    this.layers =
        IntStream.range(0, config.numHiddenLayers())
            .mapToObj(layer ->
                new KeyValues(
                    precision.dtype,
                    config.numKeyValueHeads(),
                    config.headDim(),
                    slots,
                    new Layer(layer)))
            .toList();
  }

  private static CachePages ownPages(ModelConfig config, int context, Precision precision) {
    if (context < 1) {
      throw new IllegalArgumentException(
          "a context must hold at least one token, asked for " + context);
    }
    return new CachePages(config, precision, CachePages.count(slots(config, context)));
  }

  /// One layer of the pages.
  private final class Layer implements KeyValues.Blocks {
    private final int layer;

    Layer(int layer) {
      this.layer = layer;
    }

    @Override
    public Tensor keys(int block) {
      return held.get(block).keys(layer);
    }

    @Override
    public Tensor values(int block) {
      return held.get(block).values(layer);
    }
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

  /// Pages of a full session.
  public static int pages(ModelConfig config, int context) {
    return CachePages.count(slots(config, context));
  }

  /// Pages that it has now.
  public int heldPages() {
    return held.size();
  }

  /// The pages whose positions are all known, from the first on; none once a window has rolled.
  public List<CachePages.Page> fullPages() {
    return length > slots ? List.of() : List.copyOf(held.subList(0, length / KeyValues.BLOCK));
  }

  /// Begins an empty session with pages that others have filled.
  ///
  /// @param filled each with as many positions as it holds; this cache becomes one more holder
  public void adopt(List<CachePages.Page> filled) {
    if (length > 0 || filled.size() * KeyValues.BLOCK > slots) {
      throw new IllegalArgumentException(
          filled.size()
              + " pages cannot begin a cache of "
              + slots
              + " slots and "
              + length
              + " tokens");
    }
    clear();
    filled.forEach(pages::hold);
    held.addAll(filled);
    length = filled.size() * KeyValues.BLOCK;
  }

  /// Forgets everything.
  public void clear() {
    truncate(0);
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
    while (held.size() > CachePages.count(Math.min(length, slots))) {
      pages.release(held.removeLast());
    }
  }

  /// Sees to it that so many more tokens have pages, which nobody else reads.
  ///
  /// @throws ModelException if there are no more pages
  void reserve(int tokens) {
    int end = length + Math.min(tokens, slots);
    for (int position = length; position < end; ) {
      int slot = position % slots;
      int block = slot / KeyValues.BLOCK;
      if (block == held.size()) {
        held.add(pages.take());
      } else {
        held.set(block, pages.own(held.get(block)));
      }
      position += Math.min(KeyValues.BLOCK - slot % KeyValues.BLOCK, slots - slot);
    }
  }

  KeyValues layer(int layer) {
    return layers.get(layer);
  }

  void advance(int tokens) {
    length += tokens;
  }

  @Override
  public void close() {
    held.forEach(pages::release);
    held.clear();
    if (ownsPages) {
      pages.close();
    }
  }
}
