package sirocco.train.torch;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// Starts libtorch and moves numbers between Java and its tensors.
///
/// Every tensor that Java holds is a handle to native memory. Handles made inside a [PointerScope]
/// are released when it closes; what is to live longer is kept by [Tensor#retainReference].
@SuppressWarnings("restricted") // native memory is what this is for
public final class Torch {
  /// glibc's `M_TRIM_THRESHOLD`, `M_TOP_PAD`, `M_MMAP_THRESHOLD` and `M_ARENA_MAX`.
  private static final int TRIM_THRESHOLD = -1;

  private static final int TOP_PAD = -2;
  private static final int MMAP_THRESHOLD = -3;
  private static final int ARENA_MAX = -8;

  /// JavaCPP's property: what takes OpenBLAS's place. MKL does not bring threads of its own.
  private static final String BLAS = "org.bytedeco.openblas.load";

  /// How often one of OpenMP's threads looks for work before it sleeps (docs/performance.md). Not
  /// where OpenBLAS needs the core for threads of its own.
  private static final String LOOKS = "5000";

  private Torch() {}

  /// Loads libtorch and sets how many threads its kernels use.
  ///
  /// @param blasThreads how many OpenBLAS uses: it multiplies float32. Its threads are its own and
  ///   spin, so one is right where the large products are bfloat16, which are not its work
  /// @throws TorchException if its native libraries are missing or do not load
  public static void start(int threads, int blasThreads) {
    // JavaCPP counts the whole process against a limit made from -Xmx, and tracks every handle for
    // the garbage collector: scopes free them here, and a step makes thousands.
    System.setProperty("org.bytedeco.javacpp.maxbytes", "0");
    System.setProperty("org.bytedeco.javacpp.maxphysicalbytes", "0");
    System.setProperty("org.bytedeco.javacpp.nopointergc", "true");
    keepFreedMemory();
    // Threads that spin for long make a neighbour's load cost several times its share; those that
    // sleep at once take a quarter off a small model's speed.
    setEnvironment("OMP_WAIT_POLICY", "PASSIVE");
    boolean alone = blasThreads == 1 || System.getProperty(BLAS) != null;
    setEnvironment("GOMP_SPINCOUNT", alone ? LOOKS : "0");
    setEnvironment("OPENBLAS_NUM_THREADS", Integer.toString(blasThreads));
    try {
      torch.set_num_threads(threads);
    } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
      throw new TorchException(
          "libtorch's native libraries could not be loaded ("
              + e.getMessage()
              + "); training needs org.bytedeco:pytorch with the classifier of this platform",
          e);
    }
  }

  /// By default glibc gives every large block back to the kernel when it is freed, and the next
  /// step pays for each page again: a third of the time of a small model's step. Elsewhere than on
  /// glibc nothing is changed.
  private static void keepFreedMemory() {
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> mallopt = linker.defaultLookup().find("mallopt");
    if (mallopt.isEmpty()) {
      return;
    }
    var type =
        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    try {
      var handle = linker.downcallHandle(mallopt.get(), type);
      // 32 MiB is the most that glibc takes here. Further arenas give back what is freed.
      int _ = (int) handle.invokeExact(MMAP_THRESHOLD, 32 << 20);
      int _ = (int) handle.invokeExact(TRIM_THRESHOLD, Integer.MAX_VALUE);
      int _ = (int) handle.invokeExact(TOP_PAD, 64 << 20);
      int _ = (int) handle.invokeExact(ARENA_MAX, 1);
    } catch (Throwable e) {
      throw new TorchException("mallopt failed: " + e.getMessage(), e);
    }
  }

  /// Sets a variable that a native library reads when it is loaded, unless the user has set it.
  private static void setEnvironment(String name, String value) {
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> setenv = linker.defaultLookup().find("setenv");
    if (setenv.isEmpty()) {
      return;
    }
    var type =
        FunctionDescriptor.of(
            ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    try (Arena arena = Arena.ofConfined()) {
      var handle = linker.downcallHandle(setenv.get(), type);
      int _ = (int) handle.invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), 0);
    } catch (Throwable e) {
      throw new TorchException("setenv failed: " + e.getMessage(), e);
    }
  }

  /// An int64 vector.
  public static Tensor longs(int[] values) {
    Tensor tensor = empty(ScalarType.Long, values.length);
    MemorySegment data = memory(tensor);
    for (int i = 0; i < values.length; i++) {
      data.setAtIndex(ValueLayout.JAVA_LONG, i, values[i]);
    }
    return tensor;
  }

  /// A float32 tensor.
  public static Tensor floats(float[] values, long... shape) {
    Tensor tensor = empty(ScalarType.Float, shape);
    MemorySegment.copy(values, 0, memory(tensor), ValueLayout.JAVA_FLOAT, 0, values.length);
    return tensor;
  }

  /// A contiguous tensor in main memory whose numbers are not set.
  public static Tensor empty(ScalarType type, long... shape) {
    return torch.empty(shape, new TensorOptions(type), new MemoryFormatOptional());
  }

  /// The numbers of a tensor of any real type, row by row.
  public static float[] toFloats(Tensor tensor) {
    try (var _ = new PointerScope()) {
      Tensor plain = tensor.detach().to(ScalarType.Float).cpu().contiguous();
      return memory(plain).toArray(ValueLayout.JAVA_FLOAT);
    }
  }

  /// The numbers of an int64 tensor.
  public static long[] toLongs(Tensor tensor) {
    try (var _ = new PointerScope()) {
      return memory(tensor.cpu().contiguous()).toArray(ValueLayout.JAVA_LONG);
    }
  }

  /// The memory of a contiguous tensor that lies in main memory; valid while the tensor lives.
  public static MemorySegment memory(Tensor tensor) {
    if (!tensor.is_contiguous()) {
      throw new TorchException("only a contiguous tensor has its numbers in one piece");
    }
    long bytes = tensor.numel() * tensor.element_size();
    return bytes == 0
        ? MemorySegment.NULL.reinterpret(0, Arena.global(), null)
        : MemorySegment.ofAddress(tensor.data_ptr().address()).reinterpret(bytes);
  }

  /// Concatenates along an axis.
  public static Tensor cat(long axis, Tensor... parts) {
    return torch.cat(new TensorVector(parts), axis);
  }
}
