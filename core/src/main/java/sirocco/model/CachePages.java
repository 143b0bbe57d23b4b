package sirocco.model;

import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import sirocco.checkpoint.ModelConfig;
import sirocco.tensor.DType;
import sirocco.tensor.KeyValues;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;

/// Memory for the keys and values of sessions, in pages: each holds [KeyValues#BLOCK] positions of
/// every layer. Sessions that begin with the same tokens can read the same pages; whoever writes to
/// one that others read too gets a copy first ([KvCache]).
///
/// Memory is taken from the system when a page is first needed, used again, and given back by
/// [#close].
public final class CachePages implements AutoCloseable {
  private final Arena arena = Arena.ofShared();
  private final DType dtype;
  private final Shape block;
  private final int layers;
  private final int total;
  private final Deque<Page> free = new ArrayDeque<>();
  private int made;

  /// @param config of the model whose sessions these pages are for
  /// @param precision of what is kept
  /// @param total the most pages
  public CachePages(ModelConfig config, KvCache.Precision precision, int total) {
    this.dtype = precision.dtype();
    this.block =
        Shape.of(
            KeyValues.BLOCK, KeyValues.width(dtype, config.numKeyValueHeads(), config.headDim()));
    this.layers = config.numHiddenLayers();
    this.total = total;
  }

  /// As many pages as fit into so many bytes.
  ///
  /// @throws ModelException if that is none
  public static CachePages within(ModelConfig config, KvCache.Precision precision, long bytes) {
    long each = bytes(config, precision);
    if (bytes < each) {
      throw new ModelException(
          "a cache of %d bytes holds no page; one of %d tokens takes %d bytes"
              .formatted(bytes, KeyValues.BLOCK, each));
    }
    return new CachePages(config, precision, (int) Math.min(Integer.MAX_VALUE, bytes / each));
  }

  /// Keys and values of [KeyValues#BLOCK] positions.
  public static final class Page {
    private final List<Tensor> keys;
    private final List<Tensor> values;
    private int holders = 1;

    private Page(List<Tensor> keys, List<Tensor> values) {
      this.keys = keys;
      this.values = values;
    }

    Tensor keys(int layer) {
      return keys.get(layer);
    }

    Tensor values(int layer) {
      return values.get(layer);
    }

    private void copyFrom(Page other) {
      for (int layer = 0; layer < keys.size(); layer++) {
        keys(layer).data().copyFrom(other.keys(layer).data());
        values(layer).data().copyFrom(other.values(layer).data());
      }
    }
  }

  /// Bytes of one page.
  public static long bytes(ModelConfig config, KvCache.Precision precision) {
    return KvCache.bytes(config, KeyValues.BLOCK, precision);
  }

  /// Pages that so many tokens fill, the last perhaps in part.
  public static int count(int tokens) {
    return Math.ceilDiv(tokens, KeyValues.BLOCK);
  }

  /// The most pages there can be.
  public int total() {
    return total;
  }

  /// Pages that nobody holds.
  public synchronized int available() {
    return total - made + free.size();
  }

  /// A page with one holder; what it holds is not defined.
  ///
  /// @throws ModelException if none is left
  synchronized Page take() {
    Page page = free.poll();
    if (page != null) {
      page.holders = 1;
      return page;
    }
    if (made == total) {
      throw new ModelException("all " + total + " pages of the cache are taken");
    }
    made++;
    return new Page(blocks(), blocks());
  }

  private List<Tensor> blocks() {
    return IntStream.range(0, layers).mapToObj(_ -> Tensor.allocate(dtype, block, arena)).toList();
  }

  /// One more holds the page.
  public synchronized void hold(Page page) {
    page.holders++;
  }

  /// One fewer does.
  public synchronized void release(Page page) {
    page.holders--;
    if (page.holders == 0) {
      free.push(page);
    }
  }

  /// Whether more than one holds the page.
  public synchronized boolean isShared(Page page) {
    return page.holders > 1;
  }

  /// The page itself if nobody else holds it, else a copy in its place.
  Page own(Page page) {
    if (!isShared(page)) {
      return page;
    }
    Page copy = take();
    copy.copyFrom(page);
    release(page);
    return copy;
  }

  /// Gives the memory back. Nobody may use a page any more.
  @Override
  public void close() {
    arena.close();
  }
}
