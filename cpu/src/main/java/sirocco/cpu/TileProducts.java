package sirocco.cpu;

import java.lang.foreign.MemorySegment;
import sirocco.cpu.Products.Input;
import sirocco.tensor.Tensor;

/// Many rows times a matrix.
final class TileProducts {
  private TileProducts() {}

  /// As [Products#preparedBytes] says.
  static long preparedBytes(int rows, int inputs) {
    return 0;
  }

  /// As [Products#prepare] says.
  static void prepare(MemorySegment floats, int rows, int inputs, MemorySegment prepared) {}

  /// As [Products#compute] says.
  static void compute(
      Input input, Tensor weight, int from, int to, MemorySegment out, long stride) {
    RowProducts.compute(input, weight, from, to, out, stride);
  }
}
