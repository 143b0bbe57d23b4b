package sirocco.cpu;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;
import sirocco.tensor.Kernels.RotaryPairs;
import sirocco.tensor.Tensor;

/// Pairs of numbers turned by angles. A vector of cosines and sines is made once for all heads.
///
/// Legend: T rows, d head width.
final class Rotation {
  private static final VectorSpecies<Float> SPECIES = Elementwise.SPECIES;
  private static final int LANES = Elementwise.LANES;

  /// Each pair's first number twice: `0 0 2 2`.
  private static final VectorShuffle<Float> FIRSTS = SPECIES.shuffleFromOp(i -> i & -2);

  /// Each pair's second number twice: `1 1 3 3`.
  private static final VectorShuffle<Float> SECONDS = SPECIES.shuffleFromOp(i -> i | 1);

  /// Each pair's numbers exchanged: `1 0 3 2`.
  private static final VectorShuffle<Float> EXCHANGED = SPECIES.shuffleFromOp(i -> i ^ 1);

  /// The first numbers of a vector's pairs and of the next one's, `0 2 0 2`: one half from each.
  private static final VectorShuffle<Float> EVENS =
      SPECIES.shuffleFromOp(i -> 2 * i % SPECIES.length());

  /// The second numbers.
  private static final VectorShuffle<Float> ODDS =
      SPECIES.shuffleFromOp(i -> 2 * i % SPECIES.length() + 1);

  private static final VectorMask<Float> FIRST_OF_PAIR =
      VectorMask.fromLong(SPECIES, 0x5555_5555_5555_5555L);

  private static final VectorMask<Float> UPPER_HALF =
      VectorMask.fromLong(SPECIES, -1L << (SPECIES.length() / 2));

  private Rotation() {}

  /// Rows `from` to `to`, their pairs turned.
  static void rotate(Tensor x, Tensor cosSin, RotaryPairs pairs, int from, int to) {
    int half = (int) cosSin.shape().extent(1);
    int width = (int) x.columns();
    MemorySegment numbers = x.data();
    MemorySegment angles = cosSin.data();
    for (int t = from; t < to; t++) {
      long row = t * x.rowBytes();
      long turn = 2L * t * half * Float.BYTES;
      int done =
          pairs.step() == 2 && pairs.distance() == 1
              ? neighbours(numbers, row, width, angles, turn, half)
              : pairs.step() == 1 && pairs.distance() >= half
                  ? apart(numbers, row, width, angles, turn, half, pairs.distance())
                  : 0;
      rest(numbers, row, width, angles, turn, half, pairs, done);
    }
  }

  /// Pairs side by side, as the angles are.
  ///
  /// @return how many pairs of each head are done
  private static int neighbours(
      MemorySegment x, long row, int width, MemorySegment angles, long turn, int half) {
    int bound = SPECIES.loopBound(2 * half);
    for (int i = 0; i < bound; i += LANES) {
      long offset = (long) i * Float.BYTES;
      FloatVector both = Elementwise.load(angles, turn + offset);
      FloatVector cos = both.rearrange(FIRSTS);
      FloatVector sin = both.rearrange(SECONDS).lanewise(VectorOperators.NEG, FIRST_OF_PAIR);
      for (int head = 0; head < width; head += 2 * half) {
        long at = row + (long) head * Float.BYTES + offset;
        FloatVector v = Elementwise.load(x, at);
        Elementwise.store(v.mul(cos).add(v.rearrange(EXCHANGED).mul(sin)), x, at);
      }
    }
    return bound / 2;
  }

  /// Pairs whose first numbers lie side by side, and their second numbers too.
  ///
  /// @return how many pairs of each head are done
  private static int apart(
      MemorySegment x,
      long row,
      int width,
      MemorySegment angles,
      long turn,
      int half,
      int distance) {
    int bound = SPECIES.loopBound(half);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector low = Elementwise.load(angles, turn + 2L * i * Float.BYTES);
      FloatVector high = Elementwise.load(angles, turn + (2L * i + LANES) * Float.BYTES);
      FloatVector cos = low.rearrange(EVENS).blend(high.rearrange(EVENS), UPPER_HALF);
      FloatVector sin = low.rearrange(ODDS).blend(high.rearrange(ODDS), UPPER_HALF);
      for (int head = 0; head < width; head += 2 * half) {
        long first = row + ((long) head + i) * Float.BYTES;
        long second = first + (long) distance * Float.BYTES;
        FloatVector a = Elementwise.load(x, first);
        FloatVector b = Elementwise.load(x, second);
        Elementwise.store(a.mul(cos).sub(b.mul(sin)), x, first);
        Elementwise.store(b.mul(cos).add(a.mul(sin)), x, second);
      }
    }
    return bound;
  }

  /// The pairs from `done` on, one by one.
  private static void rest(
      MemorySegment x,
      long row,
      int width,
      MemorySegment angles,
      long turn,
      int half,
      RotaryPairs pairs,
      int done) {
    for (int i = done; i < half; i++) {
      float cos = angles.get(Tensor.FLOAT, turn + 2L * i * Float.BYTES);
      float sin = angles.get(Tensor.FLOAT, turn + (2L * i + 1) * Float.BYTES);
      for (int head = 0; head < width; head += 2 * half) {
        long first = row + ((long) head + (long) i * pairs.step()) * Float.BYTES;
        long second = first + (long) pairs.distance() * Float.BYTES;
        float a = x.get(Tensor.FLOAT, first);
        float b = x.get(Tensor.FLOAT, second);
        x.set(Tensor.FLOAT, first, a * cos - b * sin);
        x.set(Tensor.FLOAT, second, b * cos + a * sin);
      }
    }
  }
}
