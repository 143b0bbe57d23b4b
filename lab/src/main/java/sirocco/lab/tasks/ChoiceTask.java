package sirocco.lab.tasks;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import sirocco.lab.data.JsonFiles;
import sirocco.lab.data.JsonRow;
import sirocco.lab.eval.DataFolder;
import sirocco.lab.eval.Item;
import sirocco.lab.eval.Statistic;
import sirocco.lab.eval.Task;

/// A benchmark whose rows are questions with choices.
///
/// @param questions names of the file of its questions, the first that is there
/// @param examples the same for worked examples; empty if there are none
/// @param reader a row as a question
record ChoiceTask(
    Description description,
    List<String> questions,
    List<String> examples,
    Function<JsonRow, Choice> reader,
    List<Statistic> statistics)
    implements Task {
  /// Of choices that are texts of their own, where length matters.
  static final List<Statistic> OF_TEXTS = List.of(Choice.NORMALIZED, Choice.ACCURACY);

  /// Of choices that are letters or words of one kind.
  static final List<Statistic> OF_LETTERS = List.of(Choice.ACCURACY);

  ChoiceTask {
    questions = List.copyOf(questions);
    examples = List.copyOf(examples);
    statistics = List.copyOf(statistics);
  }

  @Override
  public List<Item> items(DataFolder source, int shots) {
    String before =
        WorkedExamples.first(shots, description, source, examples).stream()
            .map(row -> reader.apply(row).worked() + "\n\n")
            .collect(Collectors.joining());
    Path file = source.file(description.files(), questions.toArray(String[]::new));
    return source.rows(JsonFiles.rows(file), row -> reader.apply(row).item(before));
  }
}
