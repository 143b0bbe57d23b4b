package sirocco.cpu;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import sirocco.cpu.Products.Input;
import sirocco.cpu.unpack.Unpack;
import sirocco.tensor.Tensor;

/// Many rows times a matrix: a block of the matrix is unpacked into the cache, then multiplied with
/// all rows in tiles whose sums stay in registers.
///
/// Lanes run across rows of x, so nothing is summed across lanes; for that x is packed into panels
/// of [Tiles#WIDE] rows (the last ones narrower, the very last filled up with zeros), `[I, width]`
/// each. A product is the sum over the inputs one after the other, whatever rows are beside it.
///
/// Legend: T rows, I inputs, O outputs.
final class TileProducts {
  /// Outputs that are unpacked at once.
  private static final int OUTPUTS = 64;

  /// Rows whose sums are kept at once.
  private static final int ROWS = 4 * Tiles.WIDE;

  private TileProducts() {}

  /// As [Products#preparedBytes] says.
  static long preparedBytes(int rows, int inputs) {
    return (long) fill(rows, Tiles.LANES) * inputs * Float.BYTES;
  }

  /// As [Products#prepare] says.
  static void prepare(MemorySegment floats, int rows, int inputs, MemorySegment prepared) {
    for (int t = 0; t < rows; t += width(rows - t)) {
      Panels.pack(
          floats.asSlice((long) t * inputs * Float.BYTES),
          Math.min(width(rows - t), rows - t),
          inputs,
          prepared.asSlice((long) t * inputs * Float.BYTES),
          width(rows - t));
    }
  }

  /// Rows of a panel where so many are left.
  private static int width(int left) {
    if (left >= Tiles.WIDE) {
      return Tiles.WIDE;
    }
    return left > Tiles.LANES ? 2 * Tiles.LANES : Tiles.LANES;
  }

  private static int fill(int number, int step) {
    return (number + step - 1) / step * step;
  }

  /// As [Products#compute] says.
  static void compute(
      Input input, Tensor weight, int from, int to, MemorySegment out, long stride) {
    int outputs = fill(Math.min(to - from, OUTPUTS), Tiles.OUTPUTS);
    float[] block = new float[outputs * Tiles.DEPTH];
    float[] sums = new float[outputs * Math.min(ROWS, fill(input.rows(), Tiles.LANES))];
    for (int o = from; o < to; o += OUTPUTS) {
      int end = Math.min(to, o + OUTPUTS);
      for (int t = 0; t < input.rows(); t += ROWS) {
        sum(input, t, weight, o, end, block, sums);
        store(
            sums,
            input.rows(),
            t,
            end - o,
            out.asSlice(Float.BYTES * (t * stride + o - from)),
            stride);
      }
    }
  }

  /// The sums of outputs `from` to `to` for [#ROWS] rows from `start`: panel after panel, each `[O,
  /// width]`.
  private static void sum(
      Input input, int start, Tensor weight, int from, int to, float[] block, float[] sums) {
    int inputs = input.inputs();
    int outputs = fill(to - from, Tiles.OUTPUTS);
    int end = Math.min(input.rows(), start + ROWS);
    Arrays.fill(sums, 0);
    for (int i = 0; i < inputs; i += Tiles.DEPTH) {
      int depth = Math.min(Tiles.DEPTH, inputs - i);
      unpack(weight, from, to, i, depth, block);
      for (int t = start; t < end; t += width(input.rows() - t)) {
        int width = width(input.rows() - t);
        long panel = ((long) t * inputs + (long) i * width) * Float.BYTES;
        int at = (t - start) * outputs;
        Tiles.multiply(block, outputs, depth, input.prepared(), panel, width, sums, at);
      }
    }
  }

  /// Inputs `first` to `first + depth` of some outputs, a row of [Tiles#DEPTH] each.
  private static void unpack(Tensor weight, int from, int to, int first, int depth, float[] block) {
    long skip = weight.dtype().bytes(first);
    for (int o = from; o < to; o++) {
      Unpack.numbers(
          weight.dtype(),
          weight.data(),
          o * weight.rowBytes() + skip,
          block,
          (o - from) * Tiles.DEPTH,
          depth);
    }
  }

  /// Lays sums of rows from `start` on row by row.
  private static void store(
      float[] sums, int rows, int start, int outputs, MemorySegment out, long stride) {
    int end = Math.min(rows, start + ROWS);
    for (int t = start; t < end; t += width(rows - t)) {
      int width = width(rows - t);
      int at = (t - start) * fill(outputs, Tiles.OUTPUTS);
      for (int row = 0; row < Math.min(width, rows - t); row++) {
        long to = (t - start + row) * stride;
        for (int o = 0; o < outputs; o++) {
          out.set(Tensor.FLOAT, (to + o) * Float.BYTES, sums[at + o * width + row]);
        }
      }
    }
  }
}
