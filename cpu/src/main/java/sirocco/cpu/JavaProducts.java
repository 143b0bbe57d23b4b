package sirocco.cpu;

import java.lang.foreign.MemorySegment;
import sirocco.tensor.Tensor;

/// Products on the Vector API: few rows by [RowProducts], some by [DotProducts], many by
/// [TileProducts].
final class JavaProducts implements Products {
  /// Rows from which on it pays to unpack a part of the matrix into the cache. Measured beside
  /// [RowProducts], which takes up to three rows at once: there it is slower, with four as fast or
  /// faster.
  private static final int DOTS_FROM = 4;

  /// Rows from which on it pays to lay the rows side by side: they fill 16 lanes, or more than one
  /// vector of fewer. Measured: with 12 rows dot products are 10 to 20 percent faster, with 16 as
  /// fast or slower, with 32 a quarter slower.
  private static final int TILES_FROM = 16;

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
    if (input.rows() < DOTS_FROM) {
      RowProducts.compute(input, weight, from, to, out, stride);
    } else if (input.rows() < TILES_FROM) {
      DotProducts.compute(input, weight, from, to, out, stride);
    } else {
      TileProducts.compute(input, weight, from, to, out, stride);
    }
  }
}
