package sirocco.cpu.rows;

import java.lang.foreign.MemorySegment;
import sirocco.tensor.Tensor;

/// What a matrix's rows are multiplied with, and where the products go. One thread's.
///
/// Legend: T rows, I inputs.
public final class Rows {
  /// The most rows that a kernel takes at once.
  public static final int MOST = 3;

  /// Numbers that are converted at a time where conversion is a pass of its own.
  static final int CHUNK = 512;

  final MemorySegment x;
  final int count;
  final int inputs;

  /// Byte offset of row 1 of x, and of row 2. Two rows run as three of which two are the same.
  final long second;

  final long third;

  /// For numbers between two steps of a kernel: scales of a block, or a chunk of weights.
  final float[] numbers = new float[CHUNK];

  /// For levels between two steps of a kernel.
  final byte[] levels = new byte[32];

  /// Where a kernel leaves its sums of products, a vector for each of [#MOST] rows.
  final float[] sums = new float[MOST * Lanes.COUNT];

  private final MemorySegment out;
  private final long stride;

  /// @param x `[T, I]` float32
  /// @param count T, from 1 to [#MOST]
  /// @param inputs I
  /// @param out float32; output o of row t is number `t * stride + o`
  public Rows(MemorySegment x, int count, int inputs, MemorySegment out, long stride) {
    this.x = x;
    this.count = count;
    this.inputs = inputs;
    this.second = count > 1 ? (long) inputs * Float.BYTES : 0;
    this.third = count > 2 ? 2 * second : second;
    this.out = out;
    this.stride = stride;
  }

  /// Writes one output of each row: what [#sums] add up to.
  void write(int output) {
    write(output, 0, 0, 0);
  }

  /// As the other, and adds what filled no vector.
  void write(int output, float first, float second, float third) {
    out.set(Tensor.FLOAT, (long) output * Float.BYTES, first + Sums.of(sums, 0));
    if (count > 1) {
      float sum = second + Sums.of(sums, Lanes.COUNT);
      out.set(Tensor.FLOAT, (stride + output) * Float.BYTES, sum);
    }
    if (count > 2) {
      float sum = third + Sums.of(sums, 2 * Lanes.COUNT);
      out.set(Tensor.FLOAT, (2 * stride + output) * Float.BYTES, sum);
    }
  }

  /// Number `i` of the row of x that starts at this byte.
  float number(long row, int i) {
    return x.get(Tensor.FLOAT, row + (long) i * Float.BYTES);
  }
}
