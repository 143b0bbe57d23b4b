package sirocco.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import sirocco.tensor.DType;
import sirocco.tensor.Kernels.RotaryPairs;
import sirocco.tensor.Tensor;

/// Loops in C.
///
/// @param level at most what the processor has
record NativeLoops(NativeLibrary.Level level) implements Loops {
  @Override
  public void rmsNorm(Tensor x, Tensor weight, float epsilon, Tensor out, int from, int to) {
    if (weight.dtype() != DType.F32) {
      Elementwise.rmsNorm(x, weight, epsilon, out, from, to);
      return;
    }
    long at = from * x.rowBytes();
    MemorySegment rows = x.data().asSlice(at);
    MemorySegment target = out.data().asSlice(at);
    int width = (int) x.columns();
    try {
      Calls.NORM.invokeExact(
          level.code(),
          rows.address(),
          weight.data().address(),
          epsilon,
          target.address(),
          to - from,
          width);
    } catch (Throwable e) {
      throw NativeLibrary.unexpected(e);
    }
  }

  @Override
  public void add(Tensor x, Tensor y, int from, int to) {
    long at = from * x.rowBytes();
    add(x.data().asSlice(at), 1, y.data().asSlice(at), (to - from) * x.columns());
  }

  @Override
  public void addScaledRow(Tensor x, long row, float scale, Tensor y, long from) {
    add(
        x.data().asSlice(row * x.rowBytes()),
        scale,
        y.data().asSlice(from * y.rowBytes()),
        x.columns());
  }

  private void add(MemorySegment x, float scale, MemorySegment y, long count) {
    try {
      Calls.ADD.invokeExact(level.code(), x.address(), scale, y.address(), count);
    } catch (Throwable e) {
      throw NativeLibrary.unexpected(e);
    }
  }

  @Override
  public void swiGlu(MemorySegment gate, long stride, MemorySegment up, int width, int rows) {
    try {
      Calls.SWIGLU.invokeExact(level.code(), gate.address(), stride, up.address(), rows, width);
    } catch (Throwable e) {
      throw NativeLibrary.unexpected(e);
    }
  }

  @Override
  public void rotate(Tensor x, Tensor cosSin, RotaryPairs pairs, int from, int to) {
    int half = (int) cosSin.shape().extent(1);
    MemorySegment rows = x.data().asSlice(from * x.rowBytes());
    MemorySegment angles = cosSin.data().asSlice(2L * from * half * Float.BYTES);
    int width = (int) x.columns();
    try {
      Calls.ROTATE.invokeExact(
          level.code(),
          rows.address(),
          angles.address(),
          to - from,
          width,
          half,
          pairs.step(),
          pairs.distance());
    } catch (Throwable e) {
      throw NativeLibrary.unexpected(e);
    }
  }

  /// Only constants are called without detours.
  private static final class Calls {
    static final MethodHandle NORM =
        NativeLibrary.brief(
            "sirocco_norm",
            JAVA_INT,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_FLOAT,
            JAVA_LONG,
            JAVA_INT,
            JAVA_INT);
    static final MethodHandle ADD =
        NativeLibrary.brief("sirocco_add", JAVA_INT, JAVA_LONG, JAVA_FLOAT, JAVA_LONG, JAVA_LONG);
    static final MethodHandle SWIGLU =
        NativeLibrary.brief(
            "sirocco_swiglu", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT);
    static final MethodHandle ROTATE =
        NativeLibrary.brief(
            "sirocco_rotate",
            JAVA_INT,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_INT,
            JAVA_INT,
            JAVA_INT,
            JAVA_INT,
            JAVA_INT);

    private Calls() {}
  }
}
