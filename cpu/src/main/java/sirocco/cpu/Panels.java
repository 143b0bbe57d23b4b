package sirocco.cpu;

import java.lang.foreign.MemorySegment;
import sirocco.tensor.Tensor;

/// Rows laid side by side.
final class Panels {
  /// Inputs that are turned at once: what is written stays in the nearest cache meanwhile.
  private static final int DEPTH = 64;

  private Panels() {}

  /// `[T, I]` to `[I, width]`, zeros where there is no row.
  static void pack(MemorySegment floats, int rows, int inputs, MemorySegment panel, int width) {
    if (rows < width) {
      panel.asSlice(0, (long) inputs * width * Float.BYTES).fill((byte) 0);
    }
    for (int i = 0; i < inputs; i += DEPTH) {
      int end = Math.min(inputs, i + DEPTH);
      int t = 0;
      for (; t + 4 <= rows; t += 4) {
        fourRows(floats, t, inputs, i, end, panel, width);
      }
      for (; t < rows; t++) {
        oneRow(floats, t, inputs, i, end, panel, width);
      }
    }
  }

  private static void fourRows(
      MemorySegment floats, int t, int inputs, int from, int to, MemorySegment panel, int width) {
    long row = (long) inputs * Float.BYTES;
    long first = t * row;
    for (int i = from; i < to; i++) {
      long at = first + (long) i * Float.BYTES;
      long column = ((long) i * width + t) * Float.BYTES;
      panel.set(Tensor.FLOAT, column, floats.get(Tensor.FLOAT, at));
      panel.set(Tensor.FLOAT, column + 4, floats.get(Tensor.FLOAT, at + row));
      panel.set(Tensor.FLOAT, column + 8, floats.get(Tensor.FLOAT, at + 2 * row));
      panel.set(Tensor.FLOAT, column + 12, floats.get(Tensor.FLOAT, at + 3 * row));
    }
  }

  private static void oneRow(
      MemorySegment floats, int t, int inputs, int from, int to, MemorySegment panel, int width) {
    long first = (long) t * inputs * Float.BYTES;
    for (int i = from; i < to; i++) {
      float x = floats.get(Tensor.FLOAT, first + (long) i * Float.BYTES);
      panel.set(Tensor.FLOAT, ((long) i * width + t) * Float.BYTES, x);
    }
  }
}
