package sirocco.lab.tasks;

import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Collectors;
import sirocco.json.JsonFields;
import sirocco.lab.answers.NumberAnswer;
import sirocco.lab.data.JsonFiles;
import sirocco.lab.data.JsonRow;
import sirocco.lab.eval.DataFolder;
import sirocco.lab.eval.Item;
import sirocco.lab.eval.Question.Sampling;
import sirocco.lab.eval.Statistic;
import sirocco.lab.eval.Task;

/// GSM8K: word problems of primary school, worked step by step to a number (Cobbe et al. 2021).
public record Gsm8k(Description description, Sampling sampling) implements Task {
  private static final List<String> STOPS = List.of("Question:");
  private static final int LONGEST = 400;
  private static final Worked.Judge JUDGE =
      new Worked.Judge(
          text -> NumberAnswer.of(text).map(BigDecimal::toPlainString), String::equals);

  /// One answer, of the likeliest tokens.
  public static Task greedy() {
    return of("gsm8k", "GSM8K", "greedy", Sampling.greedy(LONGEST, STOPS));
  }

  /// The vote of 8 answers.
  public static Task majority() {
    return of(
        "gsm8k-maj8",
        "GSM8K maj@8",
        "the vote of 8 answers, drawn at temperature 0.6 and top-p 0.95 (Lewkowycz et al. 2022)",
        new Sampling(8, 0.6, 0.95, LONGEST, STOPS));
  }

  private static Task of(String name, String title, String drawn, Sampling sampling) {
    return new Gsm8k(
        new Description(
            name,
            title,
            drawn
                + "; the number behind ####, or the last one; the examples are the first problems"
                + " of the training file as they stand there, not those of Wei et al. 2022",
            "Cobbe et al. 2021; worded as lm-evaluation-harness does; 8-shot maj@8 in Jiang et al."
                + " 2024, section 3 (5-shot in table 3)",
            8,
            new Files(
                "gsm8k",
                "get test.jsonl and train.jsonl from github.com/openai/grade-school-math, folder"
                    + " grade_school_math/data")),
        sampling);
  }

  @Override
  public List<Statistic> statistics() {
    return Worked.statistics(sampling);
  }

  @Override
  public List<Item> items(DataFolder source, int shots) {
    String before =
        WorkedExamples.first(shots, description, source, List.of("train.jsonl", "train-200.jsonl"))
            .stream()
            .map(row -> read(row).example() + "\n\n")
            .collect(Collectors.joining());
    return source.rows(
        JsonFiles.rows(source.file(description.files(), "test.jsonl")),
        row -> read(row).item(before, sampling, JUDGE));
  }

  private static Worked read(JsonRow row) {
    JsonFields fields = row.fields();
    String solution = fields.requiredText("answer");
    String number =
        NumberAnswer.of(solution)
            .filter(n -> solution.contains("####"))
            .map(BigDecimal::toPlainString)
            .orElseThrow(
                () -> fields.error("answer: expected a number behind ####, found " + solution));
    return new Worked(
        String.valueOf(row.line()),
        "",
        "Question: %s\nAnswer:".formatted(fields.requiredText("question")),
        " " + solution,
        List.of(number));
  }
}
