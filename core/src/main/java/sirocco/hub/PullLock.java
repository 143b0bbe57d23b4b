package sirocco.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Only one process at a time changes the files of a repository in the cache. The system frees the
/// lock of a process that ends, however it ends. Finished models are read without it. Should two
/// processes write the same files all the same, as some network disks know no locks, checksums keep
/// what comes of it from becoming a model.
final class PullLock implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final int LONGEST_NOTE = 200;

  /// Beyond the note in the file, which stays readable where locks forbid reading.
  private static final long PLACE = Long.MAX_VALUE - 1;

  private final FileChannel channel;

  private PullLock(FileChannel channel) {
    this.channel = channel;
  }

  /// Takes the lock, and waits for it if another pull has it.
  ///
  /// @throws HubException if the thread is interrupted, or the cache cannot be written
  static PullLock take(Path root, ModelName name, PullProgress progress) {
    FileChannel channel = open(root, name);
    try {
      boolean told = false;
      while (lock(channel) == null) {
        if (!told) {
          progress.notes(
              name.repository() + ": waiting for another pull of it, by " + holder(channel));
          told = true;
        }
        Retries.sleep(name.repository(), PAUSE);
      }
      return holding(channel);
    } catch (IOException e) {
      close(channel);
      throw CacheFiles.cannot("cannot be locked", root, e);
    } catch (HubException e) {
      close(channel);
      throw e;
    }
  }

  /// Takes the lock, or says who has it.
  ///
  /// @throws HubException if another has it
  static PullLock takeAtOnce(Path root, ModelName name) {
    FileChannel channel = open(root, name);
    try {
      if (lock(channel) != null) {
        return holding(channel);
      }
      String holder = holder(channel);
      close(channel);
      throw new HubException(
          name.repository() + ": is being pulled by " + holder + "; end that first");
    } catch (IOException e) {
      close(channel);
      throw CacheFiles.cannot("cannot be locked", root, e);
    }
  }

  private static FileChannel open(Path root, ModelName name) {
    Path file = CacheFiles.directory(root, ".locks").resolve(name.key());
    try {
      return FileChannel.open(
          file,
          Set.of(
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              LinkOption.NOFOLLOW_LINKS));
    } catch (IOException e) {
      throw CacheFiles.cannot("cannot be written", file, e);
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock(PLACE, 1, false);
    } catch (OverlappingFileLockException e) {
      return null; // another thread of this process has it
    }
  }

  private static PullLock holding(FileChannel channel) throws IOException {
    String note =
        "process "
            + ProcessHandle.current().pid()
            + ", since "
            + Instant.now().truncatedTo(ChronoUnit.SECONDS);
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(note.getBytes(StandardCharsets.UTF_8)), 0);
    return new PullLock(channel);
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer note = ByteBuffer.allocate(LONGEST_NOTE);
    channel.read(note, 0);
    String text = StandardCharsets.UTF_8.decode(note.flip()).toString();
    return Optional.of(text).filter(t -> !t.isBlank()).orElse("another process");
  }

  private static void close(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      return; // the lock goes with the process
    }
  }

  @Override
  public void close() {
    close(channel);
  }
}
