package sirocco.lab.eval;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import sirocco.lab.data.DataException;

/// Where the files of tasks are, and what is done with rows that cannot be used. For one thread.
public final class DataFolder {
  private final Path root;
  private final boolean skipsBad;
  private final List<String> skipped = new ArrayList<>();

  /// @param skipsBad whether a damaged row is left out and told of by [#skipped] instead of being
  ///   the end
  public DataFolder(Path root, boolean skipsBad) {
    this.root = root;
    this.skipsBad = skipsBad;
  }

  /// A file of a task, the first of these that is there.
  ///
  /// @throws DataException saying what to download if none is
  public Path file(Task.Files files, String... names) {
    Path folder = root.resolve(files.folder());
    for (String name : names) {
      Path file = folder.resolve(name);
      if (Files.isRegularFile(file)) {
        return file;
      }
    }
    throw new DataException(
        "%s: no %s; %s".formatted(folder, String.join(" or ", names), files.download()));
  }

  /// The files of a task in one of its folders whose names end so, by name.
  ///
  /// @param inside a folder below that of the task; empty for that itself
  /// @throws DataException saying what to download if there are none
  public List<Path> files(Task.Files files, String inside, String ending) {
    Path folder = root.resolve(files.folder()).resolve(inside);
    try (Stream<Path> found = Files.list(folder)) {
      List<Path> all = found.filter(f -> f.toString().endsWith(ending)).sorted().toList();
      if (!all.isEmpty()) {
        return all;
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      // A folder that is not there is answered like one that has none of the files.
    } catch (IOException e) {
      throw new DataException(folder + ": cannot be read: " + e.getMessage(), e);
    }
    throw new DataException("%s: no *%s; %s".formatted(folder, ending, files.download()));
  }

  /// Makes something of a row, unless it is damaged and such rows are left out.
  ///
  /// @param row throws a [DataException] that names file and line
  public <T> Optional<T> row(Supplier<T> row) {
    try {
      return Optional.of(row.get());
    } catch (DataException e) {
      if (!skipsBad) {
        throw e;
      }
      skipped.add(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /// The same for many.
  public <R, T> List<T> rows(List<R> rows, Function<R, T> make) {
    return rows.stream().flatMap(r -> row(() -> make.apply(r)).stream()).toList();
  }

  /// What was left out, in the words that it would have ended with.
  public List<String> skipped() {
    return Collections.unmodifiableList(skipped);
  }
}
