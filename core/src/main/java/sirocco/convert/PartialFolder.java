package sirocco.convert;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.UUID;
import java.util.stream.Stream;
import sirocco.checkpoint.CheckpointException;

/// A folder that appears under its name whole or not at all: it is filled beside its place and
/// moved there by [#commit]. Closing it before that, or ending the program, deletes it.
final class PartialFolder implements AutoCloseable {
  private static final int ROUNDS = 10;

  private final Path target;
  private final Path temporary;
  private final Thread atExit = new Thread(this::delete, "delete an unfinished folder");
  private boolean committed;

  private PartialFolder(Path target) {
    Path absolute = target.toAbsolutePath();
    this.target = target;
    this.temporary =
        absolute.resolveSibling("." + absolute.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      Files.createDirectory(temporary);
    } catch (IOException e) {
      throw cannotWrite(e);
    }
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /// @throws CheckpointException if there is no folder to put it in
  static PartialFolder beside(Path target) {
    return new PartialFolder(target);
  }

  /// Where to put the files.
  Path path() {
    return temporary;
  }

  /// Gives the folder its name.
  void commit() {
    try {
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      committed = true;
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  private CheckpointException cannotWrite(IOException e) {
    boolean missing = e instanceof NoSuchFileException;
    return new CheckpointException(
        target, "cannot be written: " + (missing ? "there is no such folder" : e.toString()), e);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      return; // the program is ending, and the hook deletes
    }
    delete();
  }

  /// When the program is told to end, the work goes on for a moment: a file that appears while the
  /// others are deleted takes another round.
  private void delete() {
    for (int round = 0; !committed && Files.exists(temporary); round++) {
      try {
        deleteAll();
      } catch (IOException e) {
        if (round == ROUNDS) {
          throw new CheckpointException(temporary, "cannot be deleted: " + e, e);
        }
      }
    }
  }

  private void deleteAll() throws IOException {
    try (Stream<Path> inside = Files.walk(temporary)) {
      for (Path path : inside.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (UncheckedIOException e) {
      throw new IOException(e);
    }
  }
}
