package sirocco.memory;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/// Pages of 2 MiB: for memory of our own, and in the place of a mapped file's pages, with the same
/// bytes at the same addresses.
///
/// A processor translates the address of every page that it touches. A pass over weights touches
/// each once, so that with pages of 4 KiB a fifth of its time goes into translations
/// (docs/performance.md). Files lie in large pages only as the system happened to read them; memory
/// of our own can ask for them.
///
/// In the place of a file's: each stretch is read into fresh memory and moved over the mapping by
/// one call of the system, so that whoever reads meanwhile sees the file's bytes, before and after.
/// What was moved no longer depends on the file. Linux only.
public final class LargePages {
  /// Of x86-64, and of ARM where ordinary ones have 4 KiB.
  public static final long SIZE = 2 << 20;

  /// What is read and moved at a time. The system keeps a note of each stretch, 65530 at most.
  private static final long STRETCH = 16 * SIZE;

  /// Of memory in ordinary pages.
  private static final long ALIGNMENT = 4096;

  private static final Path SETTING = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");

  private LargePages() {}

  /// Whether the system gives large pages to who asks.
  public static boolean areGiven() {
    try {
      return System.getProperty("os.name", "").equals("Linux")
          && !Files.readString(SETTING).contains("[never]");
    } catch (IOException e) { // no such kernel
      return false;
    }
  }

  /// Replaces the pages of a mapping, its first and last incomplete ones aside.
  ///
  /// @param mapping of the file's beginning, read-only, which stays mapped meanwhile
  /// @param goOn asked before each 32 MiB
  /// @return the bytes that now lie in memory of the process's own; the rest stays mapped, because
  ///   it was not to go on or because the system refuses
  /// @throws IOException if the file cannot be read or has become shorter; the mapping can be read
  ///   as before
  public static long replace(MemorySegment mapping, FileChannel file, BooleanSupplier goOn)
      throws IOException {
    long end = (mapping.address() + mapping.byteSize()) / SIZE * SIZE;
    long at = Math.ceilDiv(mapping.address(), SIZE) * SIZE;
    long moved = 0;
    while (at < end && goOn.getAsBoolean()) {
      long length = Math.min(STRETCH, end - at);
      if (!stretch(at, length, file, at - mapping.address())) {
        break;
      }
      moved += length;
      at += length;
    }
    return moved;
  }

  private static boolean stretch(long address, long length, FileChannel file, long offset)
      throws IOException {
    long fresh = Calls.map(length);
    if (fresh == Calls.FAILED) {
      return false;
    }
    boolean done = false;
    try {
      read(file, offset, Calls.memory(fresh, length));
      done = Calls.protect(fresh, length) && Calls.move(fresh, length, address);
      return done;
    } finally {
      if (!done) {
        Calls.unmap(fresh, length);
      }
    }
  }

  /// Zeros in large pages where those are given and worth it, else as the arena allocates them.
  ///
  /// @throws OutOfMemoryError if there is no memory
  @SuppressWarnings("restricted") // the size is what was mapped
  public static MemorySegment allocate(long bytes, Arena arena) {
    long length = Math.ceilDiv(bytes, SIZE) * SIZE;
    long address = bytes >= SIZE && areGiven() ? Calls.map(length) : Calls.FAILED;
    if (address == Calls.FAILED) {
      return arena.allocate(bytes, ALIGNMENT);
    }
    return MemorySegment.ofAddress(address)
        .reinterpret(bytes, arena, memory -> Calls.unmap(memory.address(), length));
  }

  private static void read(FileChannel file, long offset, MemorySegment target) throws IOException {
    long done = 0;
    while (done < target.byteSize()) {
      int count = file.read(target.asSlice(done).asByteBuffer(), offset + done);
      if (count < 0) {
        throw new EOFException("the file has become shorter than " + (offset + target.byteSize()));
      }
      done += count;
    }
  }

  /// The system's functions.
  @SuppressWarnings("restricted") // on memory that was mapped for this, and on the caller's mapping
  private static final class Calls {
    static final long FAILED = -1;

    private static final int READ = 1;
    private static final int READ_WRITE = 3;
    private static final int PRIVATE_ANONYMOUS = 0x22;
    private static final int ADVICE_HUGE = 14;
    private static final int MAY_MOVE_FIXED = 3;

    private static final MethodHandle MMAP =
        function("mmap", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle MUNMAP = function("munmap", JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle MADVISE =
        function("madvise", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final MethodHandle MPROTECT =
        function("mprotect", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final MethodHandle MREMAP =
        Linker.nativeLinker()
            .downcallHandle(
                Linker.nativeLinker().defaultLookup().findOrThrow("mremap"),
                FunctionDescriptor.of(
                    JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG),
                Linker.Option.firstVariadicArg(4));

    private Calls() {}

    private static MethodHandle function(
        String name, MemoryLayout result, MemoryLayout... arguments) {
      Linker linker = Linker.nativeLinker();
      return linker.downcallHandle(
          linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, arguments));
    }

    /// Zeros at a multiple of [#SIZE], for which large pages are asked; or [#FAILED].
    static long map(long length) {
      try {
        long whole = length + SIZE;
        long room = (long) MMAP.invokeExact(0L, whole, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0L);
        if (room == FAILED) {
          return FAILED;
        }
        long start = Math.ceilDiv(room, SIZE) * SIZE;
        unmap(room, start - room);
        unmap(start + length, room + SIZE - start);
        int ignored = (int) MADVISE.invokeExact(start, length, ADVICE_HUGE);
        return start;
      } catch (Throwable e) {
        throw unexpected(e);
      }
    }

    static void unmap(long address, long length) {
      if (length == 0) {
        return;
      }
      try {
        int ignored = (int) MUNMAP.invokeExact(address, length);
      } catch (Throwable e) {
        throw unexpected(e);
      }
    }

    static boolean protect(long address, long length) {
      try {
        return (int) MPROTECT.invokeExact(address, length, READ) == 0;
      } catch (Throwable e) {
        throw unexpected(e);
      }
    }

    static boolean move(long address, long length, long target) {
      try {
        long moved = (long) MREMAP.invokeExact(address, length, length, MAY_MOVE_FIXED, target);
        return moved == target;
      } catch (Throwable e) {
        throw unexpected(e);
      }
    }

    static MemorySegment memory(long address, long length) {
      return MemorySegment.ofAddress(address).reinterpret(length, Arena.global(), null);
    }

    private static RuntimeException unexpected(Throwable e) {
      if (e instanceof Error error) {
        throw error;
      }
      return e instanceof RuntimeException exception ? exception : new IllegalStateException(e);
    }
  }
}
