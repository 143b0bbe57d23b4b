package sirocco.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import sirocco.cpu.CpuBackend;
import sirocco.tensor.Backend;
import sirocco.tensor.DType;
import sirocco.tensor.Kernels;
import sirocco.tensor.ScalarBackend;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;
import sirocco.tensor.quant.Formats;

/// What the kernels are run on.
final class Inputs {
  /// Rows that are encoded; the others repeat them.
  private static final int FRESH_ROWS = 16;

  private Inputs() {}

  /// The kernels of a back end, `cpu` or `scalar`. On the class path, where JMH runs, no service
  /// names the former.
  static Kernels kernels(String backend, int threads) {
    Backend chosen = backend.equals("scalar") ? new ScalarBackend() : new CpuBackend();
    return chosen.open(OptionalInt.of(threads));
  }

  /// Random numbers, normal with deviation 1.
  static Tensor floats(Arena arena, long... extents) {
    Tensor tensor = Tensor.floats(Shape.of(extents), arena);
    var random = new SplittableRandom(1);
    for (long i = 0; i < tensor.shape().elements(); i++) {
      tensor.setFloat(i, (float) random.nextGaussian());
    }
    return tensor;
  }

  /// A matrix of random weights.
  static Tensor weights(DType dtype, Arena arena, long rows, int columns) {
    Tensor tensor = Tensor.allocate(dtype, Shape.of(rows, columns), arena);
    var random = new SplittableRandom(2);
    float[] row = new float[columns];
    for (long r = 0; r < rows; r++) {
      if (r < FRESH_ROWS) {
        for (int i = 0; i < columns; i++) {
          row[i] = (float) (0.02 * random.nextGaussian());
        }
        Formats.of(dtype).encode(row, 0, tensor.data(), r * tensor.rowBytes(), columns);
      } else {
        long from = r % FRESH_ROWS * tensor.rowBytes();
        MemorySegment.copy(
            tensor.data(), from, tensor.data(), r * tensor.rowBytes(), tensor.rowBytes());
      }
    }
    return tensor;
  }
}
