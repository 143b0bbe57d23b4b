package sirocco.cpu;

import java.lang.foreign.MemorySegment;
import sirocco.cpu.Products.Input;
import sirocco.cpu.rows.RowKernel;
import sirocco.cpu.rows.Rows;
import sirocco.tensor.Tensor;

/// Few rows times a matrix: each row of the matrix is read once, unpacked in registers and
/// multiplied at once. More than [Rows#MOST] rows run as several times fewer.
final class RowProducts {
  private RowProducts() {}

  /// As [Products#compute] says.
  static void compute(
      Input input, Tensor weight, int from, int to, MemorySegment out, long stride) {
    RowKernel kernel = RowKernel.of(weight.dtype());
    long rowBytes = weight.rowBytes();
    for (int t = 0; t < input.rows(); t += Rows.MOST) {
      int count = Math.min(Rows.MOST, input.rows() - t);
      MemorySegment x = input.floats().asSlice((long) t * input.inputs() * Float.BYTES);
      MemorySegment products = out.asSlice(t * stride * Float.BYTES);
      Rows rows = new Rows(x, count, input.inputs(), products, stride);
      for (int o = from; o < to; o++) {
        kernel.row(rows, weight.data(), o * rowBytes, o - from);
      }
    }
  }
}
