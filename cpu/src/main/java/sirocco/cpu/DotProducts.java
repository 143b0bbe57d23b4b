package sirocco.cpu;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import sirocco.cpu.Products.Input;
import sirocco.cpu.rows.Sums;
import sirocco.cpu.unpack.Unpack;
import sirocco.tensor.Tensor;

/// Some rows times a matrix, too few to fill the lanes of [TileProducts]: a part of four rows of
/// the matrix is unpacked into the nearest cache, then multiplied with all rows. Lanes run along
/// the inputs and are summed up at the end; nothing has to be prepared.
///
/// Legend: T rows, I inputs, O outputs.
final class DotProducts {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  /// Outputs that are computed at once.
  private static final int OUTPUTS = 4;

  /// Inputs that are multiplied at once.
  private static final int DEPTH = 1024;

  private DotProducts() {}

  /// As [Products#compute] says.
  static void compute(
      Input input, Tensor weight, int from, int to, MemorySegment out, long stride) {
    float[] block = new float[OUTPUTS * DEPTH];
    float[] sums = new float[input.rows() * OUTPUTS * LANES];
    for (int o = from; o < to; o += OUTPUTS) {
      int outputs = Math.min(OUTPUTS, to - o);
      Arrays.fill(sums, 0);
      for (int i = 0; i < input.inputs(); i += DEPTH) {
        int depth = Math.min(DEPTH, input.inputs() - i);
        unpack(weight, o, outputs, i, depth, block);
        multiply(block, depth, input, i, sums);
      }
      for (int t = 0; t < input.rows(); t++) {
        for (int k = 0; k < outputs; k++) {
          float sum = Sums.of(sums, (t * OUTPUTS + k) * LANES);
          out.set(Tensor.FLOAT, (t * stride + o - from + k) * Float.BYTES, sum);
        }
      }
    }
  }

  /// Inputs `first` to `first + depth` of some outputs, a row of [#DEPTH] each.
  private static void unpack(
      Tensor weight, int output, int outputs, int first, int depth, float[] block) {
    long offset = output * weight.rowBytes() + weight.dtype().bytes(first);
    for (int k = 0; k < outputs; k++) {
      long at = offset + k * weight.rowBytes();
      Unpack.numbers(weight.dtype(), weight.data(), at, block, k * DEPTH, depth);
    }
  }

  /// Adds products of all rows to their sums, `[T, OUTPUTS, LANES]`.
  private static void multiply(float[] block, int depth, Input input, int first, float[] sums) {
    MemorySegment x = input.floats();
    long row = (long) input.inputs() * Float.BYTES;
    int whole = SPECIES.loopBound(depth);
    int rows = input.rows();
    int t = 0;
    if (LANES >= 16) { // and 32 registers
      for (; t + 4 <= rows; t += 4) {
        long at = t * row + (long) first * Float.BYTES;
        fourRows(block, whole, x, at, row, sums, t * OUTPUTS * LANES);
      }
    }
    for (; t + 2 <= rows; t += 2) {
      long at = t * row + (long) first * Float.BYTES;
      twoRows(block, whole, x, at, row, sums, t * OUTPUTS * LANES);
    }
    if (t < rows) {
      long at = t * row + (long) first * Float.BYTES;
      oneRow(block, whole, x, at, sums, t * OUTPUTS * LANES);
    }
    if (whole < depth) {
      rest(block, whole, depth, input, first, sums);
    }
  }

  /// The inputs that fill no vector, each into its lane.
  private static void rest(
      float[] block, int whole, int depth, Input input, int first, float[] sums) {
    for (int t = 0; t < input.rows(); t++) {
      for (int i = whole; i < depth; i++) {
        long at = ((long) t * input.inputs() + first + i) * Float.BYTES;
        float x = input.floats().get(Tensor.FLOAT, at);
        for (int k = 0; k < OUTPUTS; k++) {
          int lane = (t * OUTPUTS + k) * LANES + i - whole;
          sums[lane] = Math.fma(block[k * DEPTH + i], x, sums[lane]);
        }
      }
    }
  }

  /// Four outputs, four rows.
  private static void fourRows(
      float[] block, int depth, MemorySegment x, long at, long stride, float[] sums, int to) {
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
    for (int i = 0; i < depth; i += LANES) {
      FloatVector w0 = FloatVector.fromArray(SPECIES, block, i);
      FloatVector w1 = FloatVector.fromArray(SPECIES, block, i + DEPTH);
      FloatVector w2 = FloatVector.fromArray(SPECIES, block, i + 2 * DEPTH);
      FloatVector w3 = FloatVector.fromArray(SPECIES, block, i + 3 * DEPTH);
      long row = at + (long) i * Float.BYTES;
      FloatVector v = FloatVector.fromMemorySegment(SPECIES, x, row, LITTLE_ENDIAN);
      s00 = w0.fma(v, s00);
      s01 = w1.fma(v, s01);
      s02 = w2.fma(v, s02);
      s03 = w3.fma(v, s03);
      v = FloatVector.fromMemorySegment(SPECIES, x, row + stride, LITTLE_ENDIAN);
      s10 = w0.fma(v, s10);
      s11 = w1.fma(v, s11);
      s12 = w2.fma(v, s12);
      s13 = w3.fma(v, s13);
      v = FloatVector.fromMemorySegment(SPECIES, x, row + 2 * stride, LITTLE_ENDIAN);
      s20 = w0.fma(v, s20);
      s21 = w1.fma(v, s21);
      s22 = w2.fma(v, s22);
      s23 = w3.fma(v, s23);
      v = FloatVector.fromMemorySegment(SPECIES, x, row + 3 * stride, LITTLE_ENDIAN);
      s30 = w0.fma(v, s30);
      s31 = w1.fma(v, s31);
      s32 = w2.fma(v, s32);
      s33 = w3.fma(v, s33);
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

  /// Four outputs, two rows.
  private static void twoRows(
      float[] block, int depth, MemorySegment x, long at, long stride, float[] sums, int to) {
    FloatVector s00 = FloatVector.fromArray(SPECIES, sums, to);
    FloatVector s01 = FloatVector.fromArray(SPECIES, sums, to + LANES);
    FloatVector s02 = FloatVector.fromArray(SPECIES, sums, to + 2 * LANES);
    FloatVector s03 = FloatVector.fromArray(SPECIES, sums, to + 3 * LANES);
    FloatVector s10 = FloatVector.fromArray(SPECIES, sums, to + 4 * LANES);
    FloatVector s11 = FloatVector.fromArray(SPECIES, sums, to + 5 * LANES);
    FloatVector s12 = FloatVector.fromArray(SPECIES, sums, to + 6 * LANES);
    FloatVector s13 = FloatVector.fromArray(SPECIES, sums, to + 7 * LANES);
    for (int i = 0; i < depth; i += LANES) {
      FloatVector w0 = FloatVector.fromArray(SPECIES, block, i);
      FloatVector w1 = FloatVector.fromArray(SPECIES, block, i + DEPTH);
      FloatVector w2 = FloatVector.fromArray(SPECIES, block, i + 2 * DEPTH);
      FloatVector w3 = FloatVector.fromArray(SPECIES, block, i + 3 * DEPTH);
      long row = at + (long) i * Float.BYTES;
      FloatVector v = FloatVector.fromMemorySegment(SPECIES, x, row, LITTLE_ENDIAN);
      s00 = w0.fma(v, s00);
      s01 = w1.fma(v, s01);
      s02 = w2.fma(v, s02);
      s03 = w3.fma(v, s03);
      v = FloatVector.fromMemorySegment(SPECIES, x, row + stride, LITTLE_ENDIAN);
      s10 = w0.fma(v, s10);
      s11 = w1.fma(v, s11);
      s12 = w2.fma(v, s12);
      s13 = w3.fma(v, s13);
    }
    s00.intoArray(sums, to);
    s01.intoArray(sums, to + LANES);
    s02.intoArray(sums, to + 2 * LANES);
    s03.intoArray(sums, to + 3 * LANES);
    s10.intoArray(sums, to + 4 * LANES);
    s11.intoArray(sums, to + 5 * LANES);
    s12.intoArray(sums, to + 6 * LANES);
    s13.intoArray(sums, to + 7 * LANES);
  }

  /// Four outputs, one row.
  private static void oneRow(
      float[] block, int depth, MemorySegment x, long at, float[] sums, int to) {
    FloatVector s00 = FloatVector.fromArray(SPECIES, sums, to);
    FloatVector s01 = FloatVector.fromArray(SPECIES, sums, to + LANES);
    FloatVector s02 = FloatVector.fromArray(SPECIES, sums, to + 2 * LANES);
    FloatVector s03 = FloatVector.fromArray(SPECIES, sums, to + 3 * LANES);
    for (int i = 0; i < depth; i += LANES) {
      FloatVector w0 = FloatVector.fromArray(SPECIES, block, i);
      FloatVector w1 = FloatVector.fromArray(SPECIES, block, i + DEPTH);
      FloatVector w2 = FloatVector.fromArray(SPECIES, block, i + 2 * DEPTH);
      FloatVector w3 = FloatVector.fromArray(SPECIES, block, i + 3 * DEPTH);
      long row = at + (long) i * Float.BYTES;
      FloatVector v = FloatVector.fromMemorySegment(SPECIES, x, row, LITTLE_ENDIAN);
      s00 = w0.fma(v, s00);
      s01 = w1.fma(v, s01);
      s02 = w2.fma(v, s02);
      s03 = w3.fma(v, s03);
    }
    s00.intoArray(sums, to);
    s01.intoArray(sums, to + LANES);
    s02.intoArray(sums, to + 2 * LANES);
    s03.intoArray(sums, to + 3 * LANES);
  }
}
