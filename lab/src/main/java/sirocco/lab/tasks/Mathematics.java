package sirocco.lab.tasks;

import static java.util.stream.Collectors.toSet;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import sirocco.json.JsonFields;
import sirocco.lab.answers.MathAnswer;
import sirocco.lab.data.JsonFiles;
import sirocco.lab.data.JsonRow;
import sirocco.lab.eval.DataFolder;
import sirocco.lab.eval.Item;
import sirocco.lab.eval.Question.Sampling;
import sirocco.lab.eval.Statistic;
import sirocco.lab.eval.Task;

/// MATH: problems of competitions, worked to an answer in a box (Hendrycks et al. 2021); of its
/// test problems the 500 that Lightman et al. 2023 chose. A group of items is a subject.
///
/// @param same whether an answer that was found is the one that was expected
public record Mathematics(
    Description description, Sampling sampling, BiPredicate<String, String> same) implements Task {
  private static final List<String> STOPS = List.of("Problem:");
  private static final int LONGEST = 1024;
  private static final String QUESTIONS = "math500-test.jsonl";
  private static final List<String> EXAMPLES = List.of("math-train.jsonl", "math-test-200.jsonl");

  /// One answer, of the likeliest tokens.
  public static Task greedy() {
    return of("math", "MATH", "greedy", Sampling.greedy(LONGEST, STOPS));
  }

  /// The vote of 4 answers.
  public static Task majority() {
    return of(
        "math-maj4",
        "MATH maj@4",
        "the vote of 4 answers, drawn at temperature 0.6 and top-p 0.95 (Lewkowycz et al. 2022)",
        new Sampling(4, 0.6, 0.95, LONGEST, STOPS));
  }

  private static Task of(String name, String title, String drawn, Sampling sampling) {
    return new Mathematics(
        new Description(
            name,
            title,
            drawn
                + "; the last answer in a box has to mean the same as the reference; the examples"
                + " are the first problems of another file that are not asked, not those of"
                + " Lewkowycz et al. 2022",
            "Hendrycks et al. 2021; Lightman et al. 2023 (MATH-500); worded as Lewkowycz et al."
                + " 2022; 4-shot maj@4 in Jiang et al. 2024, section 3",
            4,
            new Files(
                "math",
                "get math500-test.jsonl (MATH-500, lines of problem, solution, answer, subject and"
                    + " unique_id) and for worked examples math-train.jsonl (lines of problem and"
                    + " solution) from github.com/ZubinGou/math-evaluation-harness, folder data")),
        sampling,
        MathAnswer::same);
  }

  @Override
  public List<Statistic> statistics() {
    return Worked.statistics(sampling);
  }

  @Override
  public List<Item> items(DataFolder source, int shots) {
    List<JsonRow> rows = JsonFiles.rows(source.file(description.files(), QUESTIONS));
    String before = examples(source, shots, rows);
    Worked.Judge judge = new Worked.Judge(MathAnswer::of, same);
    return source.rows(rows, row -> read(row).item(before, sampling, judge));
  }

  private String examples(DataFolder source, int shots, List<JsonRow> asked) {
    if (WorkedExamples.check(shots) == 0) {
      return "";
    }
    Path file = WorkedExamples.file(shots, description, source, EXAMPLES);
    Set<String> problems =
        source.rows(asked, row -> row.fields().requiredText("problem")).stream().collect(toSet());
    List<String> examples =
        JsonFiles.rows(file).stream()
            .map(JsonRow::fields)
            .filter(fields -> !problems.contains(fields.requiredText("problem")))
            .limit(shots)
            .map(fields -> prompt(fields) + " " + fields.requiredText("solution") + "\n\n")
            .toList();
    WorkedExamples.enough(shots, examples, file);
    return String.join("", examples);
  }

  private static String prompt(JsonFields fields) {
    return "Problem:\n%s\n\nSolution:".formatted(fields.requiredText("problem"));
  }

  private static Worked read(JsonRow row) {
    JsonFields fields = row.fields();
    return new Worked(
        fields.requiredText("unique_id"),
        fields.requiredText("subject"),
        prompt(fields),
        " " + fields.requiredText("solution"),
        List.of(fields.requiredText("answer")));
  }
}
