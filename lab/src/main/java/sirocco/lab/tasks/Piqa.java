package sirocco.lab.tasks;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import sirocco.json.JsonFields;
import sirocco.lab.data.DataException;
import sirocco.lab.data.JsonFiles;
import sirocco.lab.data.JsonRow;
import sirocco.lab.data.LineReader;
import sirocco.lab.data.RawRecord;
import sirocco.lab.eval.DataFolder;
import sirocco.lab.eval.Item;
import sirocco.lab.eval.Statistic;
import sirocco.lab.eval.Task;

/// PIQA: which of two ways reaches a goal of everyday physics (Bisk et al. 2020). Its labels are in
/// a file of their own, a line each.
public final class Piqa implements Task {
  @Override
  public Description description() {
    return new Description(
        "piqa",
        "PIQA",
        "the likelihood of each way's text behind the goal",
        "Bisk et al. 2020; asked as lm-evaluation-harness does; 0-shot in Jiang et al. 2024,"
            + " section 3",
        0,
        new Files(
            "piqa",
            "get valid.jsonl and valid-labels.lst (and train.jsonl and train-labels.lst for worked"
                + " examples) from yonatanbisk.com/piqa/data"));
  }

  @Override
  public List<Statistic> statistics() {
    return ChoiceTask.OF_TEXTS;
  }

  @Override
  public List<Item> items(DataFolder source, int shots) {
    String before = "";
    if (WorkedExamples.check(shots) > 0) {
      Path file = WorkedExamples.file(shots, description(), source, List.of("train.jsonl"));
      List<Labeled> examples = rows(source, "train");
      WorkedExamples.enough(shots, examples, file);
      before =
          examples.stream()
              .limit(shots)
              .map(row -> row.choice().worked() + "\n\n")
              .collect(Collectors.joining());
    }
    String examples = before;
    return source.rows(rows(source, "valid"), row -> row.choice().item(examples));
  }

  private List<Labeled> rows(DataFolder source, String part) {
    List<JsonRow> rows = JsonFiles.rows(source.file(description().files(), part + ".jsonl"));
    Path file = source.file(description().files(), part + "-labels.lst");
    List<String> labels = lines(file);
    if (labels.size() != rows.size()) {
      throw new DataException(
          "%s: expected a label for each of %d rows, found %d"
              .formatted(file, rows.size(), labels.size()));
    }
    return IntStream.range(0, rows.size())
        .mapToObj(i -> new Labeled(rows.get(i), labels.get(i)))
        .toList();
  }

  private static List<String> lines(Path file) {
    try (LineReader reader = new LineReader(file)) {
      List<String> out = new ArrayList<>();
      for (RawRecord line = reader.next(); line != null; line = reader.next()) {
        out.add(new String(line.bytes(), StandardCharsets.UTF_8).strip());
      }
      return out;
    }
  }

  private record Labeled(JsonRow row, String label) {
    Choice choice() {
      JsonFields fields = row.fields();
      int right =
          Optional.of(List.of("0", "1").indexOf(label))
              .filter(place -> place >= 0)
              .orElseThrow(() -> row.error("expected the label 0 or 1, found " + label));
      return Choice.of(
          String.valueOf(row.line()),
          "",
          "Question: %s\nAnswer:".formatted(fields.requiredText("goal")),
          List.of(fields.requiredText("sol1"), fields.requiredText("sol2")),
          right);
    }
  }
}
