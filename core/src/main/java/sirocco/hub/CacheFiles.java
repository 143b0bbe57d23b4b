package sirocco.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What is done to files of the cache. Symbolic links below its root are never followed.
final class CacheFiles {
  private CacheFiles() {}

  /// A folder below the root, made if it is not there.
  ///
  /// @throws HubException if something else has its name, or it cannot be made
  static Path directory(Path root, String... names) {
    try {
      Files.createDirectories(root);
      Path folder = root;
      for (String name : names) {
        folder = folder.resolve(name);
        if (!isDirectory(folder)) {
          create(folder);
        }
      }
      return folder;
    } catch (IOException e) {
      throw cannot("cannot be written", root, e);
    }
  }

  private static void create(Path folder) throws IOException {
    try {
      Files.createDirectory(folder);
    } catch (FileAlreadyExistsException e) {
      if (!isDirectory(folder)) {
        throw new HubException(folder + ": expected a folder, found something else; remove it", e);
      }
    }
  }

  static boolean isDirectory(Path path) {
    return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
  }

  /// Whether a file is there and has this many bytes.
  static boolean isFile(Path path, long size) {
    try {
      return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) && Files.size(path) == size;
    } catch (IOException e) {
      return false;
    }
  }

  /// The bytes of all files in a folder; 0 if there is none.
  static long bytes(Path folder) {
    long[] sum = {0};
    visit(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            sum[0] += attributes.isRegularFile() ? attributes.size() : 0;
            return FileVisitResult.CONTINUE;
          }
        });
    return sum[0];
  }

  /// Deletes a file or a folder with all that is in it, if it is there.
  static void delete(Path path) {
    visit(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
              throws IOException {
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void visit(Path path, SimpleFileVisitor<Path> visitor) {
    try {
      Files.walkFileTree(path, visitor);
    } catch (NoSuchFileException e) {
      return; // somebody else deleted it
    } catch (IOException e) {
      throw cannot("cannot be read or deleted", path, e);
    }
  }

  /// Takes something out of sight at once, and deletes it then.
  static void discard(Path root, Path path) {
    Path trash = directory(root, ".trash").resolve(UUID.randomUUID().toString());
    try {
      Files.move(path, trash, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      return;
    } catch (IOException e) {
      throw cannot("cannot be moved away", path, e);
    }
    delete(trash);
  }

  /// Gives something its name, whole.
  static void move(Path from, Path to) {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      throw new HubException(to + ": cannot be written in one step on this file system", e);
    } catch (IOException e) {
      throw cannot("cannot be written", to, e);
    }
    force(to.resolveSibling("."));
  }

  /// A name survives a power cut once its folder is on the disk. Not every system can open one.
  private static void force(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      return;
    }
  }

  /// Writes a small file, whole or not at all.
  static void write(Path target, byte[] content) {
    Path part = target.resolveSibling("." + UUID.randomUUID() + ".tmp");
    try {
      try (FileChannel channel =
          FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      move(part, target);
    } catch (IOException e) {
      throw cannot("cannot be written", target, e);
    } finally {
      delete(part);
    }
  }

  /// The names in a folder, in order; none if it is not there.
  static List<Path> list(Path folder) {
    if (!isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> inside = Files.list(folder)) {
      return new ArrayList<>(inside.sorted().toList());
    } catch (IOException e) {
      throw cannot("cannot be listed", folder, e);
    }
  }

  static HubException cannot(String what, Path path, IOException e) {
    if (e instanceof ClosedByInterruptException) {
      return Retries.stopped(path.toString());
    }
    boolean said = e instanceof FileSystemException f && f.getReason() != null;
    String reason = said ? ((FileSystemException) e).getReason() : e.toString();
    return new HubException(path + ": " + what + ": " + reason, e);
  }
}
