package sirocco.cpu;

import java.lang.foreign.MemorySegment;
import sirocco.tensor.Tensor;

/// Rows laid side by side.
final class Panels {
  private Panels() {}

  /// `[T, I]` to `[I, width]`, zeros where there is no row.
  static void pack(MemorySegment floats, int rows, int inputs, MemorySegment panel, int width) {
    for (int t = 0; t < width; t++) {
      for (int i = 0; i < inputs; i++) {
        float x = t < rows ? floats.get(Tensor.FLOAT, ((long) t * inputs + i) * Float.BYTES) : 0;
        panel.set(Tensor.FLOAT, ((long) i * width + t) * Float.BYTES, x);
      }
    }
  }
}
