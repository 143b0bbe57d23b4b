package sirocco.cpu;

import java.lang.foreign.MemorySegment;
import sirocco.tensor.Tensor;

/// Products on the Vector API: few rows by [RowProducts], many by [TileProducts].
final class JavaProducts implements Products {
  /// Rows from which on it pays to unpack a part of the matrix and to lay the rows side by side.
  private static final int TILES_FROM = 4;

  @Override
  public boolean takes(Tensor weight) {
    return true;
  }

  @Override
  public long preparedBytes(int rows, int inputs) {
    return rows < TILES_FROM ? 0 : TileProducts.preparedBytes(rows, inputs);
  }

  @Override
  public void prepare(MemorySegment floats, int rows, int inputs, MemorySegment prepared) {
    if (rows >= TILES_FROM) {
      TileProducts.prepare(floats, rows, inputs, prepared);
    }
  }

  @Override
  public void compute(
      Input input, Tensor weight, int from, int to, MemorySegment out, long stride) {
    if (input.rows() < TILES_FROM) {
      RowProducts.compute(input, weight, from, to, out, stride);
    } else {
      TileProducts.compute(input, weight, from, to, out, stride);
    }
  }
}
