package sirocco.lab.tasks;

import java.util.List;
import java.util.function.Supplier;
import sirocco.json.JsonFields;
import sirocco.lab.data.DataException;
import sirocco.lab.data.JsonFiles;
import sirocco.lab.data.JsonRow;
import sirocco.lab.eval.DataFolder;
import sirocco.lab.eval.Item;
import sirocco.lab.eval.Question.Completion;
import sirocco.lab.eval.Question.Sampling;
import sirocco.lab.eval.Statistic;
import sirocco.lab.eval.Task;
import sirocco.lab.sandbox.Sandbox;

/// HumanEval: functions of Python to be completed from their signature and description, judged by
/// unit tests (Chen et al. 2021, arXiv 2107.03374).
///
/// @param sandbox where completions run; asked for before anything else
public record HumanEval(Description description, Sampling sampling, Supplier<Sandbox> sandbox)
    implements Task {
  private static final List<String> STOPS = List.of("\nclass", "\ndef", "\n#", "\nif", "\nprint");
  private static final int LONGEST = 512;

  /// One completion, of the likeliest tokens.
  public static Task greedy(Supplier<Sandbox> sandbox) {
    return of("humaneval", "HumanEval", "greedy", Sampling.greedy(LONGEST, STOPS), sandbox);
  }

  /// 200 completions, from which pass@1, 10 and 100 are estimated.
  public static Task drawn(Supplier<Sandbox> sandbox) {
    return of(
        "humaneval-200",
        "HumanEval pass@k",
        "200 completions drawn at temperature 0.8 and top-p 0.95",
        new Sampling(200, 0.8, 0.95, LONGEST, STOPS),
        sandbox);
  }

  private static Task of(
      String name, String title, String drawn, Sampling sampling, Supplier<Sandbox> sandbox) {
    return new HumanEval(
        new Description(
            name,
            title,
            drawn
                + "; the prompt is completed up to the published stops and run with its tests, "
                + Programs.LONGEST.toSeconds()
                + " s of a processor at most (published: 3 s by the clock)",
            "Chen et al. 2021; 0-shot in Jiang et al. 2024, section 3",
            0,
            new Files(
                "humaneval",
                "get HumanEval.jsonl.gz from github.com/openai/human-eval, folder data")),
        sampling,
        sandbox);
  }

  @Override
  public List<Statistic> statistics() {
    return Programs.statistics(sampling);
  }

  @Override
  public List<Item> items(DataFolder source, int shots) {
    if (WorkedExamples.check(shots) > 0) {
      throw new DataException(
          "%s: %d worked examples were asked for, and it has none; ask for 0 shots"
              .formatted(description.name(), shots));
    }
    List<JsonRow> rows =
        JsonFiles.rows(source.file(description.files(), "HumanEval.jsonl.gz", "HumanEval.jsonl"));
    Programs programs = new Programs(sandbox.get(), sampling);
    return source.rows(rows, row -> item(row.fields(), programs));
  }

  private Item item(JsonFields fields, Programs programs) {
    String prompt = fields.requiredText("prompt");
    String tests =
        "%s\ncheck(%s)".formatted(fields.requiredText("test"), fields.requiredText("entry_point"));
    return new Item(
        fields.requiredText("task_id"),
        "",
        new Completion(prompt, sampling),
        programs.judge(completion -> prompt + completion + "\n" + tests),
        Programs.right(fields.requiredText("canonical_solution"), sampling),
        0);
  }
}
