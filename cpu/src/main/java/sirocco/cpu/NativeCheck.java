package sirocco.cpu;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import sirocco.cpu.NativeLibrary.State;
import sirocco.tensor.DType;
import sirocco.tensor.Kernels.Phase;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;
import sirocco.tensor.quant.Formats;

/// Tries the C kernels on a few numbers of every type before anything relies on them. Takes a few
/// milliseconds.
final class NativeCheck {
  private static final int INPUTS = 256;

  private static final int ROWS = 5;

  private long state = 1;

  private NativeCheck() {}

  /// Works, or which type it gets wrong.
  static State of(NativeLibrary.Level level) {
    List<Products> ways = new ArrayList<>();
    for (Phase phase : Phase.values()) {
      ways.add(new NativeProducts(level, phase));
      ways.add(new NativeProducts.Floats(level, phase));
    }
    try (Arena arena = Arena.ofConfined()) {
      for (DType type : DType.values()) {
        for (Products way : ways) {
          if (type.isReal() && way.takes(Tensor.allocate(type, Shape.of(INPUTS), arena))) {
            double error = new NativeCheck().error(way, type, arena);
            if (!(error < 1)) {
              return new State.Absent(
                  "the library's products with " + type + " are wrong on this machine");
            }
          }
        }
      }
    }
    return NativeLoopsCheck.of(level)
        .<State>map(what -> new State.Absent("the library's " + what + " is wrong on this machine"))
        .orElseGet(() -> new State.Works(level));
  }

  /// The largest error, as a share of what is tolerable.
  private double error(Products way, DType type, Arena arena) {
    Tensor weight = Tensor.allocate(type, Shape.of(1, INPUTS), arena);
    float[] w = weights(weight);
    double worst = 0;
    Tensor x = Tensor.floats(Shape.of(ROWS, INPUTS), arena);
    for (int i = 0; i < ROWS * INPUTS; i++) {
      x.setFloat(i, next() / 128f);
    }
    MemorySegment prepared = arena.allocate(way.preparedBytes(ROWS, INPUTS) + 64, 64);
    way.prepare(x.data(), ROWS, INPUTS, prepared);
    Tensor out = Tensor.floats(Shape.of(ROWS, 1), arena);
    way.compute(new Products.Input(ROWS, INPUTS, x.data(), prepared), weight, 0, 1, out.data(), 1);
    for (int t = 0; t < ROWS; t++) {
      double sum = 0;
      double size = 0;
      for (int i = 0; i < INPUTS; i++) {
        sum += (double) w[i] * x.getFloat((long) t * INPUTS + i);
        size += Math.abs(w[i]);
      }
      double error = Math.abs(out.getFloat(t) - sum) / (size * 0x1p-15);
      worst = error <= worst ? worst : error;
    }
    return worst;
  }

  /// Fills it with noise that is finite numbers, and decodes it.
  private float[] weights(Tensor weight) {
    float[] w = new float[INPUTS];
    boolean finite = false;
    while (!finite) {
      // Without its upper bits no byte makes a float infinite.
      int mask = weight.dtype().isQuantized() ? 0xFF : 0x3F;
      for (long i = 0; i < weight.data().byteSize(); i++) {
        weight.data().set(JAVA_BYTE, i, (byte) (next() & mask));
      }
      Formats.of(weight.dtype()).decode(weight.data(), 0, w, 0, INPUTS);
      finite = true;
      for (float number : w) {
        finite &= Float.isFinite(number);
      }
    }
    return w;
  }

  /// From -128 to 127.
  private byte next() {
    state = state * 6364136223846793005L + 1442695040888963407L;
    return (byte) (state >> 56);
  }
}
