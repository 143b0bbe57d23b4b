package sirocco.cpu;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;
import sirocco.cpu.CacheRows.Kind;
import sirocco.tensor.Tensor;

/// Attention of many query rows, as [QueryPanels] numbers them. Each lane is one query of one head,
/// and the sums, largest scores and exponentials of lanes never meet: softmax needs no step across
/// a vector. A tile of keys and values is unpacked once for all lanes.
///
/// A key that a query does not see has a weight of exactly 0. Only where its value is not finite
/// does it show: 0 times it is NaN.
///
/// Legend: P lanes of a panel, N keys of a tile, d head width, w d rounded up to [#STEP].
final class TileAttention {
  private static final VectorSpecies<Float> SPECIES = Elementwise.SPECIES;
  private static final int LANES = Elementwise.LANES;

  /// Lanes of a panel: three vectors, which with four rows make 12 sums, and with what they are
  /// made of fit 16 registers.
  private static final int PANEL = 3 * LANES;

  /// Keys, or numbers of a value, at a time.
  private static final int STEP = 4;

  /// N
  private static final int TILE = 64;

  /// Smaller than any score, and yet a number that another can be subtracted from.
  private static final float LOWEST = -Float.MAX_VALUE;

  private final Attention.Call call;
  private final int d;
  private final int w;
  private final float[] queries; // [d, P]
  private final float[] keys; // [N, d]
  private final float[] values; // [N, w]
  private final float[] scores; // [N + 1, P]
  private final float[] sums; // [4, P]
  private final float[] out; // [w, P]
  private final float[] state = new float[2 * PANEL]; // largest scores, sums of weights: [2, P]
  private int group;
  private int firstQuery;
  private int count;

  /// Memory for one thread's work on a call.
  private TileAttention(Attention.Call call) {
    this.call = call;
    this.d = call.headDim();
    this.w = CacheRows.padded(d, STEP);
    this.queries = new float[d * PANEL];
    this.keys = new float[TILE * d];
    this.values = new float[TILE * w];
    this.scores = new float[(TILE + 1) * PANEL];
    this.sums = new float[STEP * PANEL];
    this.out = new float[w * PANEL];
  }

  /// A call's panels; each thread gets its memory when it comes to its first.
  static QueryPanels panels(Attention.Call call, int threads) {
    AtomicReferenceArray<@Nullable TileAttention> own = new AtomicReferenceArray<>(threads);
    return new QueryPanels() {
      @Override
      public int lanes() {
        return PANEL;
      }

      @Override
      public void compute(int group, int firstQuery, int thread) {
        TileAttention tiles = own.getPlain(thread);
        if (tiles == null) {
          tiles = new TileAttention(call);
          own.setPlain(thread, tiles);
        }
        tiles.compute(group, firstQuery);
      }
    };
  }

  /// The position of a lane's query.
  private int position(int lane) {
    return call.position() + (firstQuery + lane) / call.sharers();
  }

  /// Where a lane's query lies in query and out.
  private long place(int lane) {
    int query = firstQuery + lane;
    long head = (long) group * call.sharers() + query % call.sharers();
    return (call.firstRow() + query / call.sharers()) * call.query().rowBytes()
        + head * d * Float.BYTES;
  }

  private void compute(int group, int firstQuery) {
    this.group = group;
    this.firstQuery = firstQuery;
    this.count = Math.min(PANEL, call.rows() * call.sharers() - firstQuery);
    loadQueries();
    Arrays.fill(out, 0);
    Arrays.fill(state, 0, PANEL, LOWEST);
    Arrays.fill(state, PANEL, 2 * PANEL, 0);
    int first = position(0);
    int last = position(count - 1);
    // Tiles begin at multiples of their size, whatever the panel: sums are added in one order.
    int start = Math.max(0, first - call.window() + 1) / TILE * TILE;
    for (int from = start; from <= last; from += TILE) {
      int n = Math.min(TILE, last + 1 - from);
      call.cached().read(Kind.KEYS, from, n, group, 1, keys, d, d);
      for (int j = 0; j < n; j += STEP) {
        product(keys, j * d, d, 1, queries, d, scores, j * PANEL);
      }
      if (from + n - 1 > first || from < last - call.window() + 1) {
        hide(from, n);
      }
      softmax(scores, n, state);
      call.cached().read(Kind.VALUES, from, n, group, 1, values, w, w);
      for (int i = 0; i < w; i += STEP) {
        product(values, i, 1, w, scores, n, sums, 0);
        scaleAdd(out, i * PANEL, scores, n * PANEL, sums);
      }
    }
    storeOut();
  }

  private void loadQueries() {
    MemorySegment source = call.query().data();
    for (int lane = 0; lane < count; lane++) {
      long at = place(lane);
      for (int i = 0; i < d; i++) {
        float number = source.get(Tensor.FLOAT, at + (long) i * Float.BYTES);
        queries[i * PANEL + lane] = number * call.scale();
      }
    }
  }

  private void storeOut() {
    MemorySegment target = call.out().data();
    for (int lane = 0; lane < count; lane++) {
      long at = place(lane);
      float sum = state[PANEL + lane];
      for (int i = 0; i < d; i++) {
        target.set(Tensor.FLOAT, at + (long) i * Float.BYTES, out[i * PANEL + lane] / sum);
      }
    }
  }

  /// Takes away the scores of keys that come after a query or have left its window: of each key
  /// those of the first lanes and those of the last.
  private void hide(int from, int n) {
    for (int j = 0; j < n; j++) {
      int early = lanesBefore(from + j);
      int seen = Math.max(early, lanesBefore(from + (long) j + call.window()));
      CacheRows.fill(scores, j * PANEL, early, Float.NEGATIVE_INFINITY);
      CacheRows.fill(scores, j * PANEL + seen, PANEL - seen, Float.NEGATIVE_INFINITY);
    }
  }

  /// Lanes whose queries stand before a position.
  private int lanesBefore(long position) {
    return (int)
        Math.clamp((position - call.position()) * call.sharers() - firstQuery, 0L, (long) PANEL);
  }

  /// Four rows of a product: `out[r] = Σ left[r][i] right[i]`.
  ///
  /// @param at of the first row in left
  /// @param nextRow numbers from a row of left to the next
  /// @param nextNumber numbers from one of a row's numbers to the next
  /// @param right `[n, P]`
  /// @param out `[4, P]` from `to`
  private static void product(
      float[] left,
      int at,
      int nextRow,
      int nextNumber,
      float[] right,
      int n,
      float[] out,
      int to) {
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector b2 = a0;
    FloatVector c0 = a0;
    FloatVector c1 = a0;
    FloatVector c2 = a0;
    FloatVector d0 = a0;
    FloatVector d1 = a0;
    FloatVector d2 = a0;
    for (int i = 0; i < n; i++) {
      FloatVector r0 = FloatVector.fromArray(SPECIES, right, i * PANEL);
      FloatVector r1 = FloatVector.fromArray(SPECIES, right, i * PANEL + LANES);
      FloatVector r2 = FloatVector.fromArray(SPECIES, right, i * PANEL + 2 * LANES);
      int number = at + i * nextNumber;
      FloatVector l = FloatVector.broadcast(SPECIES, left[number]);
      a0 = r0.fma(l, a0);
      a1 = r1.fma(l, a1);
      a2 = r2.fma(l, a2);
      l = FloatVector.broadcast(SPECIES, left[number + nextRow]);
      b0 = r0.fma(l, b0);
      b1 = r1.fma(l, b1);
      b2 = r2.fma(l, b2);
      l = FloatVector.broadcast(SPECIES, left[number + 2 * nextRow]);
      c0 = r0.fma(l, c0);
      c1 = r1.fma(l, c1);
      c2 = r2.fma(l, c2);
      l = FloatVector.broadcast(SPECIES, left[number + 3 * nextRow]);
      d0 = r0.fma(l, d0);
      d1 = r1.fma(l, d1);
      d2 = r2.fma(l, d2);
    }
    a0.intoArray(out, to);
    a1.intoArray(out, to + LANES);
    a2.intoArray(out, to + 2 * LANES);
    b0.intoArray(out, to + PANEL);
    b1.intoArray(out, to + PANEL + LANES);
    b2.intoArray(out, to + PANEL + 2 * LANES);
    c0.intoArray(out, to + 2 * PANEL);
    c1.intoArray(out, to + 2 * PANEL + LANES);
    c2.intoArray(out, to + 2 * PANEL + 2 * LANES);
    d0.intoArray(out, to + 3 * PANEL);
    d1.intoArray(out, to + 3 * PANEL + LANES);
    d2.intoArray(out, to + 3 * PANEL + 2 * LANES);
  }

  /// Scores become weights with respect to the largest score so far; by row n of the scores what
  /// was added up with respect to an earlier one is to be multiplied.
  private static void softmax(float[] scores, int n, float[] state) {
    for (int at = 0; at < PANEL; at += LANES) {
      FloatVector before = FloatVector.fromArray(SPECIES, state, at);
      before.intoArray(scores, n * PANEL + at);
      FloatVector largest = before;
      for (int j = 0; j < n; j++) {
        largest = largest.max(FloatVector.fromArray(SPECIES, scores, j * PANEL + at));
      }
      largest.intoArray(state, at);
      for (int j = 0; j <= n; j++) {
        FloatVector score = FloatVector.fromArray(SPECIES, scores, j * PANEL + at);
        score.sub(largest).intoArray(scores, j * PANEL + at);
      }
    }
    Exponential.ofNegative(scores, 0, (n + 1) * PANEL);
    for (int at = 0; at < PANEL; at += LANES) {
      FloatVector correction = FloatVector.fromArray(SPECIES, scores, n * PANEL + at);
      FloatVector sum = FloatVector.fromArray(SPECIES, state, PANEL + at).mul(correction);
      for (int j = 0; j < n; j++) {
        sum = sum.add(FloatVector.fromArray(SPECIES, scores, j * PANEL + at));
      }
      sum.intoArray(state, PANEL + at);
    }
  }

  /// `numbers = numbers factors + added`: four rows of a panel, the factors the same for each.
  private static void scaleAdd(float[] numbers, int to, float[] factors, int from, float[] added) {
    for (int at = 0; at < PANEL; at += LANES) {
      FloatVector factor = FloatVector.fromArray(SPECIES, factors, from + at);
      for (int i = at; i < STEP * PANEL; i += PANEL) {
        FloatVector add = FloatVector.fromArray(SPECIES, added, i);
        FloatVector.fromArray(SPECIES, numbers, to + i).fma(factor, add).intoArray(numbers, to + i);
      }
    }
  }
}
