package sirocco.lab.tasks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sirocco.json.JsonFields;
import sirocco.lab.data.CsvFile;
import sirocco.lab.data.CsvRow;
import sirocco.lab.data.DataException;
import sirocco.lab.data.PythonLiteral;
import sirocco.lab.eval.DataFolder;
import sirocco.lab.eval.Task;

/// A worked example of AGIEval's `few_shot_prompts.csv`, which has a column an exam and in it up to
/// five dictionaries of Python.
///
/// @param options empty if the answer is free
/// @param answer a letter, or the answer itself
record AgiEvalExample(String passage, String question, List<String> options, String answer) {
  private static final String FILE = "few_shot_prompts.csv";
  private static final int MOST = 5;

  /// The first examples of an exam, all of them if it has fewer.
  ///
  /// @throws DataException if more are asked for than any exam has
  static List<AgiEvalExample> of(String exam, int shots, Task.Description task, DataFolder source) {
    if (WorkedExamples.check(shots) == 0) {
      return List.of();
    }
    Path file = source.file(task.files(), FILE);
    if (shots > MOST) {
      throw new DataException(
          "%s: %d worked examples were asked for, and it has at most %d an exam; ask for fewer shots"
              .formatted(file, shots, MOST));
    }
    List<CsvRow> rows = CsvFile.read(file);
    // This exam is the other without what it asks about, and has its examples without it too.
    boolean bare = exam.equals("sat-en-without-passage");
    int column = column(rows, bare ? "sat-en" : exam, file);
    List<AgiEvalExample> out = new ArrayList<>();
    for (CsvRow row : rows) {
      if (row.fields().getFirst().startsWith("sample ") && out.size() < shots) {
        read(row, column, bare).ifPresent(out::add);
      }
    }
    if (out.isEmpty()) {
      throw new DataException(file + ": expected worked examples of " + exam + ", found none");
    }
    return out;
  }

  private static int column(List<CsvRow> rows, String exam, Path file) {
    int column = rows.isEmpty() ? -1 : rows.getFirst().fields().indexOf(exam);
    if (column < 0) {
      throw new DataException(file + ": expected a column " + exam + ", found none");
    }
    return column;
  }

  private static Optional<AgiEvalExample> read(CsvRow row, int column, boolean bare) {
    if (row.fields().size() <= column) {
      throw row.error("expected a column " + (column + 1) + ", found " + row.fields().size());
    }
    String cell = row.fields().get(column);
    if (cell.isEmpty()) {
      return Optional.empty();
    }
    try {
      JsonFields fields =
          new JsonFields(PythonLiteral.read(cell), "", DataException::new).asObject();
      return Optional.of(
          new AgiEvalExample(
              bare ? "" : fields.text("passage").orElse(""),
              fields.requiredText("question"),
              fields.has("options") ? Labelled.texts(fields, "options") : List.of(),
              fields.text("label").orElseGet(() -> fields.requiredText("answer"))));
    } catch (DataException e) {
      throw row.error("column " + (column + 1) + ": " + e.getMessage());
    }
  }
}
