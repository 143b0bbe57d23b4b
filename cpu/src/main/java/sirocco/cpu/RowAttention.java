package sirocco.cpu;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import sirocco.cpu.CacheRows.Kind;
import sirocco.cpu.rows.Sums;
import sirocco.tensor.Tensor;

/// Attention of one query row over a span of positions, in the order in which the cache lies in
/// memory: a tile of keys is unpacked once for all heads. What a span yields is merged with the
/// other spans by [#merge].
///
/// Legend: G key/value heads, S query heads that share one, s S rounded up to [#SHARERS], N
/// positions of a tile, d head width, w d rounded up to two vectors.
final class RowAttention implements RowSpans {
  private static final VectorSpecies<Float> SPECIES = Elementwise.SPECIES;
  private static final int LANES = Elementwise.LANES;

  /// Query heads at a time.
  private static final int SHARERS = 4;

  /// N is a multiple of it: whole vectors of scores, at least.
  private static final int STEP = Math.max(LANES, 16);

  /// Numbers of a tile, about: most of a first-level cache.
  private static final int TILE_NUMBERS = 8192;

  private final Attention.Call call;
  private final int heads; // G
  private final int sharers; // s
  private final int w;

  /// What precedes a head's sum of values in what a span yields: the largest score, and the sum of
  /// the weights with respect to it.
  private static final int BEFORE = 2;

  RowAttention(Attention.Call call) {
    this.call = call;
    this.heads = call.cached().cache().heads();
    this.sharers = CacheRows.padded(call.sharers(), SHARERS);
    this.w = CacheRows.padded(call.headDim(), 2 * LANES);
  }

  @Override
  public int spanNumbers() {
    return heads * sharers * (w + BEFORE);
  }

  /// A row's query, scaled, zeros where heads or numbers fill up: `[G, s, w]`.
  private float[] query(int row) {
    float[] query = new float[heads * sharers * w];
    int d = call.headDim();
    MemorySegment source = call.query().data();
    long at = (call.firstRow() + row) * call.query().rowBytes();
    for (int head = 0; head < heads * call.sharers(); head++) {
      int to = (head / call.sharers() * sharers + head % call.sharers()) * w;
      for (int i = 0; i < d; i++) {
        query[to + i] = source.get(Tensor.FLOAT, at + (long) i * Float.BYTES) * call.scale();
      }
      at += (long) d * Float.BYTES;
    }
    return query;
  }

  /// Yields `[G, s]` of largest score, sum, and w numbers.
  @Override
  public void span(int index, int from, int to, float[] result, int at) {
    float[] query = query(index);
    int row = heads * w;
    int most = Math.clamp((long) TILE_NUMBERS / row / STEP * STEP, STEP, 8 * STEP);
    int tile = Math.min(most, CacheRows.padded(Math.max(1, to - from), STEP));
    float[] numbers = new float[tile * row];
    float[] scores = new float[heads * sharers * tile];
    int pairs = heads * sharers;
    for (int pair = 0; pair < pairs; pair++) {
      result[at + pair * (w + BEFORE)] = -Float.MAX_VALUE;
    }
    for (int start = from; start < to; start += tile) {
      int n = Math.min(tile, to - start);
      call.cached().read(Kind.KEYS, start, n, 0, heads, numbers, row, w);
      for (int pair = 0; pair < pairs; pair += SHARERS) {
        scores(query, pair * w, numbers, pair / sharers * w, row, w, n, scores, pair * tile, tile);
      }
      for (int pair = 0; pair < pairs; pair++) {
        softmax(scores, pair * tile, n, result, at + pair * (w + BEFORE), w);
      }
      call.cached().read(Kind.VALUES, start, n, 0, heads, numbers, row, w);
      for (int pair = 0; pair < pairs; pair += SHARERS) {
        int to4 = at + pair * (w + BEFORE) + BEFORE;
        weigh(scores, pair * tile, tile, numbers, pair / sharers * w, row, n, result, to4, w);
      }
    }
  }

  /// Scores of four queries with n keys, two at a time. Of an odd number the last has a neighbour
  /// whose score is not used.
  private static void scores(
      float[] queries,
      int query,
      float[] keys,
      int key,
      int row,
      int w,
      int n,
      float[] scores,
      int to,
      int tile) {
    float[] sums = new float[2 * SHARERS * LANES];
    for (int j = 0; j < n; j += 2) {
      FloatVector a0 = FloatVector.zero(SPECIES);
      FloatVector a1 = a0;
      FloatVector b0 = a0;
      FloatVector b1 = a0;
      FloatVector c0 = a0;
      FloatVector c1 = a0;
      FloatVector d0 = a0;
      FloatVector d1 = a0;
      int k = key + j * row;
      for (int i = 0; i < w; i += LANES) {
        FloatVector k0 = FloatVector.fromArray(SPECIES, keys, k + i);
        FloatVector k1 = FloatVector.fromArray(SPECIES, keys, k + row + i);
        FloatVector q = FloatVector.fromArray(SPECIES, queries, query + i);
        a0 = q.fma(k0, a0);
        a1 = q.fma(k1, a1);
        q = FloatVector.fromArray(SPECIES, queries, query + w + i);
        b0 = q.fma(k0, b0);
        b1 = q.fma(k1, b1);
        q = FloatVector.fromArray(SPECIES, queries, query + 2 * w + i);
        c0 = q.fma(k0, c0);
        c1 = q.fma(k1, c1);
        q = FloatVector.fromArray(SPECIES, queries, query + 3 * w + i);
        d0 = q.fma(k0, d0);
        d1 = q.fma(k1, d1);
      }
      a0.intoArray(sums, 0);
      a1.intoArray(sums, LANES);
      b0.intoArray(sums, 2 * LANES);
      b1.intoArray(sums, 3 * LANES);
      c0.intoArray(sums, 4 * LANES);
      c1.intoArray(sums, 5 * LANES);
      d0.intoArray(sums, 6 * LANES);
      d1.intoArray(sums, 7 * LANES);
      for (int pair = 0; pair < SHARERS; pair++) {
        scores[to + pair * tile + j] = Sums.of(sums, 2 * pair * LANES);
        scores[to + pair * tile + j + 1] = Sums.of(sums, (2 * pair + 1) * LANES);
      }
    }
  }

  /// One head's scores become weights, with respect to the largest score so far; what was added up
  /// with respect to an earlier one is corrected.
  private static void softmax(float[] scores, int from, int n, float[] result, int at, int w) {
    int bound = CacheRows.padded(n, LANES);
    CacheRows.fill(scores, from + n, bound - n, Float.NEGATIVE_INFINITY);
    float before = result[at];
    FloatVector most = FloatVector.broadcast(SPECIES, before);
    for (int j = 0; j < bound; j += LANES) {
      most = most.max(FloatVector.fromArray(SPECIES, scores, from + j));
    }
    float largest = most.reduceLanes(VectorOperators.MAX);
    for (int j = 0; j < bound; j += LANES) {
      FloatVector score = FloatVector.fromArray(SPECIES, scores, from + j);
      score.sub(largest).intoArray(scores, from + j);
    }
    Exponential.ofNegative(scores, from, bound);
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int j = 0; j < bound; j += LANES) {
      sum = sum.add(FloatVector.fromArray(SPECIES, scores, from + j));
    }
    float[] lanes = new float[LANES];
    sum.intoArray(lanes, 0);
    float added = Sums.of(lanes, 0);
    if (largest == before) {
      result[at + 1] += added;
      return;
    }
    float correction = (float) Math.exp(before - largest);
    result[at] = largest;
    result[at + 1] = result[at + 1] * correction + added;
    scale(result, at + BEFORE, w, correction);
  }

  private static void scale(float[] numbers, int at, int count, float factor) {
    for (int i = 0; i < count; i += LANES) {
      FloatVector.fromArray(SPECIES, numbers, at + i).mul(factor).intoArray(numbers, at + i);
    }
  }

  /// Adds n values to the sums of four heads, each times its weight.
  private static void weigh(
      float[] weights,
      int weight,
      int tile,
      float[] values,
      int value,
      int row,
      int n,
      float[] result,
      int to,
      int w) {
    int next = w + BEFORE;
    for (int i = to; i < to + w; i += 2 * LANES) {
      FloatVector a0 = FloatVector.fromArray(SPECIES, result, i);
      FloatVector a1 = FloatVector.fromArray(SPECIES, result, i + LANES);
      FloatVector b0 = FloatVector.fromArray(SPECIES, result, i + next);
      FloatVector b1 = FloatVector.fromArray(SPECIES, result, i + next + LANES);
      FloatVector c0 = FloatVector.fromArray(SPECIES, result, i + 2 * next);
      FloatVector c1 = FloatVector.fromArray(SPECIES, result, i + 2 * next + LANES);
      FloatVector d0 = FloatVector.fromArray(SPECIES, result, i + 3 * next);
      FloatVector d1 = FloatVector.fromArray(SPECIES, result, i + 3 * next + LANES);
      int from = value + i - to;
      for (int j = 0; j < n; j++) {
        FloatVector v0 = FloatVector.fromArray(SPECIES, values, from + j * row);
        FloatVector v1 = FloatVector.fromArray(SPECIES, values, from + j * row + LANES);
        FloatVector p = FloatVector.broadcast(SPECIES, weights[weight + j]);
        a0 = v0.fma(p, a0);
        a1 = v1.fma(p, a1);
        p = FloatVector.broadcast(SPECIES, weights[weight + tile + j]);
        b0 = v0.fma(p, b0);
        b1 = v1.fma(p, b1);
        p = FloatVector.broadcast(SPECIES, weights[weight + 2 * tile + j]);
        c0 = v0.fma(p, c0);
        c1 = v1.fma(p, c1);
        p = FloatVector.broadcast(SPECIES, weights[weight + 3 * tile + j]);
        d0 = v0.fma(p, d0);
        d1 = v1.fma(p, d1);
      }
      a0.intoArray(result, i);
      a1.intoArray(result, i + LANES);
      b0.intoArray(result, i + next);
      b1.intoArray(result, i + next + LANES);
      c0.intoArray(result, i + 2 * next);
      c1.intoArray(result, i + 2 * next + LANES);
      d0.intoArray(result, i + 3 * next);
      d1.intoArray(result, i + 3 * next + LANES);
    }
  }

  @Override
  public void merge(float[] results, int at, int spans, int row) {
    int size = spanNumbers();
    MemorySegment out = call.out().data();
    long target = (call.firstRow() + row) * call.out().rowBytes();
    for (int head = 0; head < heads * call.sharers(); head++) {
      int pair = head / call.sharers() * sharers + head % call.sharers();
      int first = at + pair * (w + BEFORE);
      float largest = results[first];
      for (int s = 1; s < spans; s++) {
        largest = Math.max(largest, results[first + s * size]);
      }
      float sum = 0;
      for (int s = 0; s < spans; s++) {
        int from = first + s * size;
        float share = (float) Math.exp(results[from] - largest);
        sum += share * results[from + 1];
        if (s == 0) {
          scale(results, first + BEFORE, w, share);
        } else {
          addScaled(results, first + BEFORE, from + BEFORE, share, w);
        }
      }
      for (int i = 0; i < call.headDim(); i++) {
        out.set(Tensor.FLOAT, target + (long) i * Float.BYTES, results[first + BEFORE + i] / sum);
      }
      target += (long) call.headDim() * Float.BYTES;
    }
  }

  /// `numbers[to] += factor numbers[from]`.
  private static void addScaled(float[] numbers, int to, int from, float factor, int count) {
    for (int i = 0; i < count; i += LANES) {
      FloatVector added = FloatVector.fromArray(SPECIES, numbers, from + i).mul(factor);
      FloatVector.fromArray(SPECIES, numbers, to + i).add(added).intoArray(numbers, to + i);
    }
  }
}
