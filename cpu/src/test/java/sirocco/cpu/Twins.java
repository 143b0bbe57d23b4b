package sirocco.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import sirocco.cpu.NativeLibrary.Level;
import sirocco.cpu.NativeLibrary.State;
import sirocco.tensor.DType;
import sirocco.tensor.Kernels;
import sirocco.tensor.ScalarBackend;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;
import sirocco.tensor.quant.Formats;

/// What contract tests share: the scalar kernels, seeded tensors that begin at any address, and a
/// comparison whose tolerance grows with the length of the sums.
final class Twins {
  static final Kernels SCALAR = new ScalarBackend().open();

  /// Java alone, and every level of the library that works here.
  static List<Level> levels() {
    Level best = NativeLibrary.state() instanceof State.Works(Level level) ? level : Level.NOTHING;
    return Arrays.stream(Level.values()).filter(level -> level.compareTo(best) <= 0).toList();
  }

  private final SplittableRandom random;
  private final Arena arena;

  Twins(long seed, Arena arena) {
    this.random = new SplittableRandom(seed);
    this.arena = arena;
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  float number() {
    return (float) random.nextGaussian();
  }

  /// Normal numbers, beginning at an address that is a multiple of nothing in particular.
  Tensor floats(long... extents) {
    Tensor tensor = unaligned(DType.F32, Shape.of(extents));
    for (long i = 0; i < tensor.shape().elements(); i++) {
      tensor.setFloat(i, number());
    }
    return tensor;
  }

  /// A weight of any type.
  Tensor weight(DType dtype, long... extents) {
    Tensor tensor = unaligned(dtype, Shape.of(extents));
    int columns = (int) tensor.columns();
    float[] row = new float[columns];
    for (long r = 0; r < tensor.rows(); r++) {
      for (int i = 0; i < columns; i++) {
        row[i] = number();
      }
      Formats.of(dtype).encode(row, 0, tensor.data(), r * tensor.rowBytes(), columns);
    }
    return tensor;
  }

  Tensor copy(Tensor source) {
    Tensor copy = unaligned(source.dtype(), source.shape());
    copy.data().copyFrom(source.data());
    return copy;
  }

  private Tensor unaligned(DType dtype, Shape shape) {
    long bytes = dtype.bytes(shape.elements());
    MemorySegment memory = arena.allocate(bytes + 64, 64);
    return new Tensor(dtype, shape, memory.asSlice(random.nextInt(64), bytes));
  }

  /// @param length of the sums that the numbers are
  static void assertClose(Tensor actual, Tensor expected, int length, String what) {
    float[] a = actual.toFloats();
    float[] e = expected.toFloats();
    float largest = 1;
    for (float v : e) {
      largest = Float.isFinite(v) ? Math.max(largest, Math.abs(v)) : largest;
    }
    float tolerance = largest * (float) (2e-7 * (8 + Math.sqrt(length)));
    for (int i = 0; i < e.length; i++) {
      boolean same = Float.isFinite(e[i]) ? Math.abs(a[i] - e[i]) <= tolerance : e[i] == a[i];
      if (!same && !(Float.isNaN(e[i]) && Float.isNaN(a[i]))) {
        assertThat(a[i]).as("%s: number %d of %d", what, i, e.length).isEqualTo(e[i]);
      }
    }
  }
}
