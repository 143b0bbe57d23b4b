package sirocco.checkpoint;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Files as native memory.
final class MappedFile {
  private MappedFile() {}

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
  static MemorySegment map(Path file, Arena arena) {
    requireRegular(file);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      return MemorySegment.ofAddress(mapped.address())
          .reinterpret(mapped.byteSize(), arena, null)
          .asReadOnly();
    } catch (IOException e) {
      throw new CheckpointException(file, "cannot be mapped: " + reason(e), e);
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
    if (e instanceof FileSystemException f) {
      String reason = f.getReason();
      return reason == null ? name : reason;
    }
    String message = e.getMessage();
    return message == null ? name : message;
  }
}
