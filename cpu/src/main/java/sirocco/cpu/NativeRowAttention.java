package sirocco.cpu;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.EnumSet;
import java.util.Set;
import sirocco.tensor.DType;

/// Attention of single rows in C.
///
/// @param level at most what the processor has
record NativeRowAttention(NativeLibrary.Level level, Attention.Call call) implements RowSpans {
  /// What kernels.c has room for, under the same names.
  private static final int MOST_HEAD = 256;

  private static final int MOST_SHARERS = 16;

  /// Of caches that C reads.
  static final Set<DType> TYPES = EnumSet.of(DType.F32, DType.F16, DType.Q8_0);

  /// What precedes a head's sum of values, there too: the largest score, and the sum of the
  /// weights.
  private static final int BEFORE = 2;

  /// Whether C can do it.
  static boolean takes(Attention.Call call) {
    return call.headDim() <= MOST_HEAD
        && call.sharers() <= MOST_SHARERS
        && TYPES.contains(call.cached().cache().dtype());
  }

  private int heads() {
    return call.cached().cache().heads() * call.sharers();
  }

  @Override
  public int spanNumbers() {
    return heads() * (call.headDim() + BEFORE);
  }

  @Override
  public void span(int row, int from, int to, float[] result, int at) {
    CacheRows cached = call.cached();
    MemorySegment runs = MemorySegment.ofArray(cached.runs(from, to));
    long query = (call.firstRow() + row) * call.query().rowBytes();
    try {
      Calls.ATTEND.invokeExact(
          level.code(),
          cached.cache().dtype().ggufId(),
          runs,
          cached.cache().dtype().bytes(cached.cache().width()),
          to - from,
          cached.cache().heads(),
          call.sharers(),
          call.headDim(),
          call.query().data().address() + query,
          call.scale(),
          MemorySegment.ofArray(result).asSlice((long) at * Float.BYTES));
    } catch (Throwable e) {
      throw NativeLibrary.unexpected(e);
    }
  }

  @Override
  public void merge(float[] results, int at, int spans, int row) {
    MemorySegment states = MemorySegment.ofArray(results).asSlice((long) at * Float.BYTES);
    long target = (call.firstRow() + row) * call.out().rowBytes();
    MemorySegment out = call.out().data().asSlice(target);
    try {
      Calls.MERGE.invokeExact(level.code(), states, spans, heads(), call.headDim(), out.address());
    } catch (Throwable e) {
      throw NativeLibrary.unexpected(e);
    }
  }

  /// Only constants are called without detours.
  private static final class Calls {
    static final MethodHandle ATTEND =
        NativeLibrary.brief(
            "sirocco_attend",
            JAVA_INT,
            JAVA_INT,
            ADDRESS,
            JAVA_LONG,
            JAVA_INT,
            JAVA_INT,
            JAVA_INT,
            JAVA_INT,
            JAVA_LONG,
            JAVA_FLOAT,
            ADDRESS);
    static final MethodHandle MERGE =
        NativeLibrary.brief(
            "sirocco_merge", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);

    private Calls() {}
  }
}
