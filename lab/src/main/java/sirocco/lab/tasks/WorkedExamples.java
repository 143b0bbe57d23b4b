package sirocco.lab.tasks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import sirocco.lab.data.DataException;
import sirocco.lab.data.JsonFiles;
import sirocco.lab.data.JsonRow;
import sirocco.lab.eval.DataFolder;
import sirocco.lab.eval.Task;

/// Examples that stand before a question.
final class WorkedExamples {
  private WorkedExamples() {}

  /// The first rows of a file of examples.
  ///
  /// @param names of the file, the first that is there; none if the task has no such file
  /// @throws DataException if there is no such file, or not as many rows
  static List<JsonRow> first(
      int shots, Task.Description task, DataFolder source, List<String> names) {
    if (check(shots) == 0) {
      return List.of();
    }
    if (names.isEmpty()) {
      throw new DataException(
          "%s: %d worked examples were asked for, and it has no file of them; ask for 0 shots"
              .formatted(task.name(), shots));
    }
    Path file = file(shots, task, source, names);
    List<JsonRow> rows = JsonFiles.rows(file);
    enough(shots, rows, file);
    return rows.subList(0, shots);
  }

  /// The file of examples, the first of these that is there.
  static Path file(int shots, Task.Description task, DataFolder source, List<String> names) {
    try {
      return source.file(task.files(), names.toArray(String[]::new));
    } catch (DataException e) {
      throw new DataException(
          "%s: %d worked examples were asked for: %s; or ask for 0 shots"
              .formatted(task.name(), shots, e.getMessage()),
          e);
    }
  }

  /// A file of examples that is one text.
  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new DataException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /// As many examples as were asked for.
  static void enough(int shots, List<?> found, Path file) {
    if (found.size() < shots) {
      throw new DataException(
          "%s: expected at least %d worked examples, found %d; ask for fewer shots"
              .formatted(file, shots, found.size()));
    }
  }

  /// Not fewer than none.
  static int check(int shots) {
    if (shots < 0) {
      throw new IllegalArgumentException("expected 0 shots or more, found " + shots);
    }
    return shots;
  }
}
