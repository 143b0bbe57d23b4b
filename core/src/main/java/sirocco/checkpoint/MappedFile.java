package sirocco.checkpoint;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import sirocco.memory.LargePages;

/// A file as native memory.
final class MappedFile {
  /// What [#read] takes at a time: large enough for a disk, small beside what is read.
  private static final long PIECE = 8 << 20;

  /// What reads past the system's cache are made of; every page size is a multiple of it.
  static final long BLOCK = 4096;

  private static final Optional<OpenOption> DIRECT = directOption();

  private final Path path;
  private final Optional<Object> key;
  private final MemorySegment bytes;
  private final MemorySegment pages; // the same memory; only this one can load and unload
  private volatile boolean direct = true; // until it turns out that it cannot be done

  /// Whether pages may be our own: giving those up would lose what they hold.
  private volatile boolean moved;

  private MappedFile(Path path, Optional<Object> key, MemorySegment bytes, MemorySegment pages) {
    this.path = path;
    this.key = key;
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
      return new MappedFile(file, key(file), bytes, mapped);
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

  /// Brings the bytes into memory of our own with large pages, at the addresses they have; see
  /// [LargePages]. What cannot be brought there stays mapped.
  ///
  /// @param goOn asked again and again
  /// @return the bytes that are there now
  long moveToLargePages(BooleanSupplier goOn) {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      if (!key.isPresent() || !key.equals(key(path)) || channel.size() != bytes.byteSize()) {
        return 0; // another file has its name now; the mapping still has the old one
      }
      moved = true;
      return LargePages.replace(bytes, channel, goOn);
    } catch (IOException e) {
      return 0; // all bytes can be read as before
    }
  }

  /// Copies part of the file, past the system's cache where that can be, and leaves none of its
  /// pages in the process.
  ///
  /// @param room starts at a multiple of [#BLOCK] and has [#room] bytes
  /// @return the copy, somewhere in `room`
  MemorySegment read(MemorySegment part, MemorySegment room) {
    long start = part.address() - bytes.address();
    long before = start % BLOCK; // a disk gives whole blocks
    MemorySegment copy = room.asSlice(before, part.byteSize());
    long length = Math.ceilDiv(before + part.byteSize(), BLOCK) * BLOCK;
    if (!readDirectly(start - before, room.asSlice(0, length), before + part.byteSize())) {
      readMapped(part, start, copy);
    }
    if (!moved) {
      pages.asSlice(start, part.byteSize()).unload(); // edges too; who uses them reads them again
    }
    return copy;
  }

  /// The most bytes that a part of this length takes in whole blocks.
  static long room(long length) {
    return (Math.ceilDiv(length, BLOCK) + 1) * BLOCK;
  }

  /// @param needed bytes, after which the file may end
  /// @return false if this file cannot be read so; nothing is lost then
  private boolean readDirectly(long from, MemorySegment target, long needed) {
    if (!direct || DIRECT.isEmpty()) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, DIRECT.get())) {
      if (!key.isPresent() || !key.equals(key(path))) {
        return false; // another file has its name now; the mapping still has the old one
      }
      long done = 0;
      while (done < needed) {
        long length = Math.min(PIECE, target.byteSize() - done);
        int count = channel.read(target.asSlice(done, length).asByteBuffer(), from + done);
        if (count <= 0) {
          return false;
        }
        done += count;
      }
      return true;
    } catch (IOException | UnsupportedOperationException e) {
      direct = false;
      return false;
    }
  }

  private void readMapped(MemorySegment part, long start, MemorySegment target) {
    for (long at = 0; at < part.byteSize(); at += PIECE) {
      long length = Math.min(PIECE, part.byteSize() - at);
      MemorySegment piece = pages.asSlice(start + at, length);
      piece.load();
      MemorySegment.copy(part, at, target, at, length);
      if (!moved) {
        piece.unload();
      }
    }
  }

  /// The JDK's word for reading past the system's cache. Looked up by name: the compiler warns of
  /// its class and does not let itself be told otherwise.
  private static Optional<OpenOption> directOption() {
    try {
      Class<?> options = Class.forName("com.sun.nio.file.ExtendedOpenOption");
      return Stream.of(options.getEnumConstants())
          .filter(option -> option.toString().equals("DIRECT"))
          .map(OpenOption.class::cast)
          .findFirst();
    } catch (ClassNotFoundException e) {
      return Optional.empty();
    }
  }

  /// Tells two files apart that have had the same name; empty where the system does not say.
  private static Optional<Object> key(Path file) throws IOException {
    return Optional.ofNullable(Files.readAttributes(file, BasicFileAttributes.class).fileKey());
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
