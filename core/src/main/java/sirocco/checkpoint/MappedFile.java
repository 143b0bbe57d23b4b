package sirocco.checkpoint;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/// A file as native memory.
final class MappedFile {
  /// What [#read] takes at a time: large enough for a disk, small beside what is read.
  private static final long PIECE = 8 << 20;

  private final MemorySegment bytes;
  private final MemorySegment pages; // the same memory; only this one can load and unload

  private MappedFile(MemorySegment bytes, MemorySegment pages) {
    this.bytes = bytes;
    this.pages = pages;
  }

  /// The bytes of a file, read-only, until the arena closes; any access after that throws.
  ///
  /// The mapped segment is wrapped again as plain native memory: a kernel that sees mapped and
  /// allocated segments both is compiled far slower (docs/adr/0002). It stays read-only because a
  /// write to such a page would end the JVM.
  ///
  /// A file that another program cuts short while it is mapped cannot be guarded against: Java then
  /// throws `InternalError` at the access. Model files are replaced by renaming, as [AtomicFile]
  /// does; a mapping keeps the old content.
  ///
  /// @throws CheckpointException if it is not a regular file or cannot be mapped
  @SuppressWarnings("restricted") // the address and the size are those of a segment of this arena
  static MappedFile map(Path file, Arena arena) {
    requireRegular(file);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      MemorySegment bytes =
          MemorySegment.ofAddress(mapped.address())
              .reinterpret(mapped.byteSize(), arena, null)
              .asReadOnly();
      return new MappedFile(bytes, mapped);
    } catch (IOException e) {
      throw new CheckpointException(file, "cannot be mapped: " + reason(e), e);
    }
  }

  MemorySegment bytes() {
    return bytes;
  }

  /// Whether a segment is part of this file.
  boolean holds(MemorySegment part) {
    return part.address() >= bytes.address()
        && part.address() + part.byteSize() <= bytes.address() + bytes.byteSize();
  }

  /// Copies part of the file, in large reads, and leaves none of its pages in the process. The
  /// system may still cache them.
  void read(MemorySegment part, MemorySegment target) {
    long start = part.address() - bytes.address();
    for (long at = 0; at < part.byteSize(); at += PIECE) {
      long length = Math.min(PIECE, part.byteSize() - at);
      MemorySegment piece = pages.asSlice(start + at, length);
      piece.load();
      MemorySegment.copy(part, at, target, at, length);
      piece.unload(); // pages on the edge go too; who uses them reads them again
    }
  }

  /// A pipe or a device would hang or never end, so only files are opened.
  static void requireRegular(Path file) {
    if (!Files.exists(file)) {
      throw new CheckpointException(
          file, Files.isSymbolicLink(file) ? "is a link to nothing" : "no such file");
    }
    if (!Files.isRegularFile(file)) {
      throw new CheckpointException(file, "expected a regular file");
    }
  }

  /// What went wrong, without the path that Java puts there again.
  static String reason(IOException e) {
    String name = e.getClass().getSimpleName();
    return switch (e) {
      case NoSuchFileException _ -> "there is no such file or folder";
      case AccessDeniedException _ -> "access denied";
      case FileSystemException f -> Objects.requireNonNullElse(f.getReason(), name);
      default -> Objects.requireNonNullElse(e.getMessage(), name);
    };
  }
}
