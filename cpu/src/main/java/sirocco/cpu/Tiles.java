package sirocco.cpu;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Sums of products that stay in registers: a few outputs times a few vectors of rows of x. Each
/// weight is read once a tile and goes to all lanes.
///
/// The shapes: 512-bit processors have 32 registers, others may have 16. Eight sums at least are
/// under way in each, as a multiplication takes four cycles and two start in each.
final class Tiles {
  /// As wide as the processor's vectors.
  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  static final int LANES = SPECIES.length();

  /// Bytes of a vector.
  private static final long VECTOR = (long) LANES * Float.BYTES;

  /// Rows of x in the widest tile.
  static final int WIDE = LANES >= 16 ? 4 * LANES : 2 * LANES;

  /// Outputs of any number of tiles are a multiple of this.
  static final int OUTPUTS = 8;

  /// Inputs that are multiplied at once: with [#WIDE] rows of x they fit the first two caches.
  static final int DEPTH = 256;

  private Tiles() {}

  /// Adds products to the sums of all outputs for one panel.
  ///
  /// @param block weights, `[outputs, DEPTH]`
  /// @param outputs a multiple of [#OUTPUTS]
  /// @param depth inputs to multiply
  /// @param x with the panel, `[depth, width]` from byte `at`
  /// @param width four, two or one vector
  /// @param sums `[outputs, width]` from number `to`
  static void multiply(
      float[] block,
      int outputs,
      int depth,
      MemorySegment x,
      long at,
      int width,
      float[] sums,
      int to) {
    if (width == 4 * LANES) {
      for (int o = 0; o < outputs; o += 4) {
        fourByFour(block, o * DEPTH, depth, x, at, sums, to + o * width);
      }
    } else if (width == 2 * LANES) {
      for (int o = 0; o < outputs; o += 4) {
        fourByTwo(block, o * DEPTH, depth, x, at, sums, to + o * width);
      }
    } else {
      for (int o = 0; o < outputs; o += 8) {
        eightByOne(block, o * DEPTH, depth, x, at, sums, to + o * width);
      }
    }
  }

  /// Four outputs, four vectors of rows.
  private static void fourByFour(
      float[] block, int from, int depth, MemorySegment x, long at, float[] sums, int to) {
    FloatVector s00 = FloatVector.fromArray(SPECIES, sums, to);
    FloatVector s01 = FloatVector.fromArray(SPECIES, sums, to + LANES);
    FloatVector s02 = FloatVector.fromArray(SPECIES, sums, to + 2 * LANES);
    FloatVector s03 = FloatVector.fromArray(SPECIES, sums, to + 3 * LANES);
    FloatVector s10 = FloatVector.fromArray(SPECIES, sums, to + 4 * LANES);
    FloatVector s11 = FloatVector.fromArray(SPECIES, sums, to + 5 * LANES);
    FloatVector s12 = FloatVector.fromArray(SPECIES, sums, to + 6 * LANES);
    FloatVector s13 = FloatVector.fromArray(SPECIES, sums, to + 7 * LANES);
    FloatVector s20 = FloatVector.fromArray(SPECIES, sums, to + 8 * LANES);
    FloatVector s21 = FloatVector.fromArray(SPECIES, sums, to + 9 * LANES);
    FloatVector s22 = FloatVector.fromArray(SPECIES, sums, to + 10 * LANES);
    FloatVector s23 = FloatVector.fromArray(SPECIES, sums, to + 11 * LANES);
    FloatVector s30 = FloatVector.fromArray(SPECIES, sums, to + 12 * LANES);
    FloatVector s31 = FloatVector.fromArray(SPECIES, sums, to + 13 * LANES);
    FloatVector s32 = FloatVector.fromArray(SPECIES, sums, to + 14 * LANES);
    FloatVector s33 = FloatVector.fromArray(SPECIES, sums, to + 15 * LANES);
    for (int i = 0; i < depth; i++) {
      long column = at + i * (4 * VECTOR);
      FloatVector x0 = FloatVector.fromMemorySegment(SPECIES, x, column, LITTLE_ENDIAN);
      FloatVector x1 = FloatVector.fromMemorySegment(SPECIES, x, column + VECTOR, LITTLE_ENDIAN);
      FloatVector x2 =
          FloatVector.fromMemorySegment(SPECIES, x, column + 2 * VECTOR, LITTLE_ENDIAN);
      FloatVector x3 =
          FloatVector.fromMemorySegment(SPECIES, x, column + 3 * VECTOR, LITTLE_ENDIAN);
      int weight = from + i;
      FloatVector w = FloatVector.broadcast(SPECIES, block[weight]);
      s00 = w.fma(x0, s00);
      s01 = w.fma(x1, s01);
      s02 = w.fma(x2, s02);
      s03 = w.fma(x3, s03);
      w = FloatVector.broadcast(SPECIES, block[weight + DEPTH]);
      s10 = w.fma(x0, s10);
      s11 = w.fma(x1, s11);
      s12 = w.fma(x2, s12);
      s13 = w.fma(x3, s13);
      w = FloatVector.broadcast(SPECIES, block[weight + 2 * DEPTH]);
      s20 = w.fma(x0, s20);
      s21 = w.fma(x1, s21);
      s22 = w.fma(x2, s22);
      s23 = w.fma(x3, s23);
      w = FloatVector.broadcast(SPECIES, block[weight + 3 * DEPTH]);
      s30 = w.fma(x0, s30);
      s31 = w.fma(x1, s31);
      s32 = w.fma(x2, s32);
      s33 = w.fma(x3, s33);
    }
    s00.intoArray(sums, to);
    s01.intoArray(sums, to + LANES);
    s02.intoArray(sums, to + 2 * LANES);
    s03.intoArray(sums, to + 3 * LANES);
    s10.intoArray(sums, to + 4 * LANES);
    s11.intoArray(sums, to + 5 * LANES);
    s12.intoArray(sums, to + 6 * LANES);
    s13.intoArray(sums, to + 7 * LANES);
    s20.intoArray(sums, to + 8 * LANES);
    s21.intoArray(sums, to + 9 * LANES);
    s22.intoArray(sums, to + 10 * LANES);
    s23.intoArray(sums, to + 11 * LANES);
    s30.intoArray(sums, to + 12 * LANES);
    s31.intoArray(sums, to + 13 * LANES);
    s32.intoArray(sums, to + 14 * LANES);
    s33.intoArray(sums, to + 15 * LANES);
  }

  /// Four outputs, two vectors of rows.
  private static void fourByTwo(
      float[] block, int from, int depth, MemorySegment x, long at, float[] sums, int to) {
    FloatVector s00 = FloatVector.fromArray(SPECIES, sums, to);
    FloatVector s01 = FloatVector.fromArray(SPECIES, sums, to + LANES);
    FloatVector s10 = FloatVector.fromArray(SPECIES, sums, to + 2 * LANES);
    FloatVector s11 = FloatVector.fromArray(SPECIES, sums, to + 3 * LANES);
    FloatVector s20 = FloatVector.fromArray(SPECIES, sums, to + 4 * LANES);
    FloatVector s21 = FloatVector.fromArray(SPECIES, sums, to + 5 * LANES);
    FloatVector s30 = FloatVector.fromArray(SPECIES, sums, to + 6 * LANES);
    FloatVector s31 = FloatVector.fromArray(SPECIES, sums, to + 7 * LANES);
    for (int i = 0; i < depth; i++) {
      long column = at + i * (2 * VECTOR);
      FloatVector x0 = FloatVector.fromMemorySegment(SPECIES, x, column, LITTLE_ENDIAN);
      FloatVector x1 = FloatVector.fromMemorySegment(SPECIES, x, column + VECTOR, LITTLE_ENDIAN);
      int weight = from + i;
      FloatVector w = FloatVector.broadcast(SPECIES, block[weight]);
      s00 = w.fma(x0, s00);
      s01 = w.fma(x1, s01);
      w = FloatVector.broadcast(SPECIES, block[weight + DEPTH]);
      s10 = w.fma(x0, s10);
      s11 = w.fma(x1, s11);
      w = FloatVector.broadcast(SPECIES, block[weight + 2 * DEPTH]);
      s20 = w.fma(x0, s20);
      s21 = w.fma(x1, s21);
      w = FloatVector.broadcast(SPECIES, block[weight + 3 * DEPTH]);
      s30 = w.fma(x0, s30);
      s31 = w.fma(x1, s31);
    }
    s00.intoArray(sums, to);
    s01.intoArray(sums, to + LANES);
    s10.intoArray(sums, to + 2 * LANES);
    s11.intoArray(sums, to + 3 * LANES);
    s20.intoArray(sums, to + 4 * LANES);
    s21.intoArray(sums, to + 5 * LANES);
    s30.intoArray(sums, to + 6 * LANES);
    s31.intoArray(sums, to + 7 * LANES);
  }

  /// Eight outputs, one vector of rows.
  private static void eightByOne(
      float[] block, int from, int depth, MemorySegment x, long at, float[] sums, int to) {
    FloatVector s0 = FloatVector.fromArray(SPECIES, sums, to);
    FloatVector s1 = FloatVector.fromArray(SPECIES, sums, to + LANES);
    FloatVector s2 = FloatVector.fromArray(SPECIES, sums, to + 2 * LANES);
    FloatVector s3 = FloatVector.fromArray(SPECIES, sums, to + 3 * LANES);
    FloatVector s4 = FloatVector.fromArray(SPECIES, sums, to + 4 * LANES);
    FloatVector s5 = FloatVector.fromArray(SPECIES, sums, to + 5 * LANES);
    FloatVector s6 = FloatVector.fromArray(SPECIES, sums, to + 6 * LANES);
    FloatVector s7 = FloatVector.fromArray(SPECIES, sums, to + 7 * LANES);
    for (int i = 0; i < depth; i++) {
      long column = at + i * VECTOR;
      FloatVector x0 = FloatVector.fromMemorySegment(SPECIES, x, column, LITTLE_ENDIAN);
      int weight = from + i;
      FloatVector w = FloatVector.broadcast(SPECIES, block[weight]);
      s0 = w.fma(x0, s0);
      w = FloatVector.broadcast(SPECIES, block[weight + DEPTH]);
      s1 = w.fma(x0, s1);
      w = FloatVector.broadcast(SPECIES, block[weight + 2 * DEPTH]);
      s2 = w.fma(x0, s2);
      w = FloatVector.broadcast(SPECIES, block[weight + 3 * DEPTH]);
      s3 = w.fma(x0, s3);
      w = FloatVector.broadcast(SPECIES, block[weight + 4 * DEPTH]);
      s4 = w.fma(x0, s4);
      w = FloatVector.broadcast(SPECIES, block[weight + 5 * DEPTH]);
      s5 = w.fma(x0, s5);
      w = FloatVector.broadcast(SPECIES, block[weight + 6 * DEPTH]);
      s6 = w.fma(x0, s6);
      w = FloatVector.broadcast(SPECIES, block[weight + 7 * DEPTH]);
      s7 = w.fma(x0, s7);
    }
    s0.intoArray(sums, to);
    s1.intoArray(sums, to + LANES);
    s2.intoArray(sums, to + 2 * LANES);
    s3.intoArray(sums, to + 3 * LANES);
    s4.intoArray(sums, to + 4 * LANES);
    s5.intoArray(sums, to + 5 * LANES);
    s6.intoArray(sums, to + 6 * LANES);
    s7.intoArray(sums, to + 7 * LANES);
  }
}
