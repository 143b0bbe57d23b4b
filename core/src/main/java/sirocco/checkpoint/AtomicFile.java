package sirocco.checkpoint;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/// A file that appears under its name whole or not at all: it is written beside its place, forced
/// to the disk and moved there by [#commit]. Closing it before that deletes what was written.
final class AtomicFile implements AutoCloseable {
  /// A channel copies native memory through a buffer of the size it is handed.
  private static final long PIECE = 8L << 20;

  private final Path target;
  private final Path temporary;
  private final FileChannel channel;
  private boolean committed;

  /// @throws CheckpointException if the folder cannot be written to
  AtomicFile(Path target) {
    this.target = target;
    Path absolute = target.toAbsolutePath();
    if (absolute.getFileName() == null) {
      throw new CheckpointException(target, "expected the name of a file to write");
    }
    try {
      // The same folder, because a move between file systems is not atomic.
      this.temporary =
          absolute.resolveSibling("." + absolute.getFileName() + "." + UUID.randomUUID() + ".tmp");
      this.channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      // Ctrl-C must not leave it behind either.
      temporary.toFile().deleteOnExit();
    } catch (IOException e) {
      throw new CheckpointException(target, "cannot be written: " + MappedFile.reason(e), e);
    }
  }

  /// Writes a small text file.
  static void write(Path target, String text) {
    try (var file = new AtomicFile(target)) {
      file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
      file.commit();
    }
  }

  /// Writes all of `bytes` at this place of the file.
  void write(ByteBuffer bytes, long position) {
    try {
      long at = position;
      while (bytes.hasRemaining()) {
        at += channel.write(bytes, at);
      }
    } catch (IOException e) {
      throw new CheckpointException(target, "cannot be written: " + MappedFile.reason(e), e);
    }
  }

  /// Writes all of a segment at this place of the file.
  void write(MemorySegment bytes, long position) {
    for (long done = 0; done < bytes.byteSize(); done += PIECE) {
      long count = Math.min(PIECE, bytes.byteSize() - done);
      write(bytes.asSlice(done, count).asByteBuffer(), position + done);
    }
  }

  /// Puts the file in its place, over one that is there already.
  void commit() {
    try {
      channel.force(true);
      channel.close();
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      committed = true;
    } catch (IOException e) {
      throw new CheckpointException(target, "cannot be written: " + MappedFile.reason(e), e);
    }
  }

  @Override
  public void close() {
    if (committed) {
      return;
    }
    try {
      channel.close();
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      throw new CheckpointException(temporary, "cannot be deleted: " + MappedFile.reason(e), e);
    }
  }
}
