package sirocco.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import sirocco.lab.eval.Result;
import sirocco.lab.eval.ResultsFile;
import sirocco.lab.eval.Score;
import sirocco.lab.eval.Subject;
import sirocco.lab.preference.Answers;
import sirocco.lab.safety.Guardrail;

/// `sirocco rate mt-bench`: answers of two turns, graded by a judge.
@Command(
    name = "mt-bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Has a model answer MT-Bench's 80 questions in two turns, and a judge grade each answer from 1"
          + " to 10 (Zheng et al. 2023).",
      "",
      "Every answer and judgement is kept below --out as soon as it is there: a run that was cut off"
          + " goes on where it stopped. answers.jsonl is what `rate compare` reads. Judgements"
          + " without a grade are counted and left out of the means.",
    },
    footer = {
      "",
      "Example: ./sirocco rate mt-bench -m mixtral --data benchmarks --judge http://gpu:8080"
          + " --judge-model large --out mixtral",
    })
final class RateMtBenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @ArgGroup(validate = false, order = 5, heading = MtBenchArguments.HEADING)
  private MtBenchArguments bench = new MtBenchArguments();

  @ArgGroup(validate = false, order = 6, heading = JudgeArguments.HEADING)
  private JudgeArguments judges = new JudgeArguments();

  @ArgGroup(validate = false, order = 7, heading = EndpointArguments.HEADING)
  private EndpointArguments endpoint = new EndpointArguments();

  @ArgGroup(validate = false, order = 8, heading = ModelArguments.HEADING)
  private ModelArguments model = new ModelArguments();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Questions asked, drawn by the seed (default: all).")
  private Optional<Integer> limit = Optional.empty();

  @Option(
      names = "--guardrail",
      description =
          "Put the system prompt of Mistral 7B's paper before each conversation, to see what it"
              + " costs.")
  private boolean guarded;

  @Option(names = "--json", description = "Print results.json instead of a table.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    if (limit.orElse(1) < 1) {
      throw new ParameterException(spec.commandLine(), "--limit must be at least 1");
    }
    Supplier<EvaluatedModel> judge = judges.judge(spec.commandLine());
    PrintWriter err = spec.commandLine().getErr();
    Answers answers = answers();
    answers.write(bench.out("answers.jsonl"));
    if (answers.blank() > 0) {
      err.printf(
          "sirocco: %d of %d answers are empty; they are judged like the others%n",
          answers.blank(), 2 * answers.byQuestion().size());
    }
    Result result = graded(answers, judge);
    ResultsFile file = bench.write(spec, result);
    bench.tellOfUnreadable(result, "rated", "grade such as [[7]]", err);
    print(file, result);
    return 0;
  }

  private Answers answers() throws InterruptedException {
    OptionalInt questions = limit.map(OptionalInt::of).orElse(OptionalInt.empty());
    try (EvaluatedModel asked = EvaluatedModel.open(spec.commandLine(), model, endpoint);
        TaskBar bar = new TaskBar("answers")) {
      Subject subject = guarded ? new Guardrail(asked.subject()) : asked.subject();
      return bench.run(questions, asked.concurrent(), bar).answer(subject);
    }
  }

  private Result graded(Answers answers, Supplier<EvaluatedModel> judge)
      throws InterruptedException {
    try (EvaluatedModel opened = judge.get();
        TaskBar bar = new TaskBar("grades")) {
      return bench
          .run(OptionalInt.empty(), opened.concurrent(), bar)
          .grade(answers, opened.subject());
    }
  }

  private void print(ResultsFile file, Result result) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(file.json());
    } else {
      out.println(result.task().title() + ", judged by " + result.subject());
      out.printf(
          "%-12s %7s  %-21s %-21s %s%n", "category", "answers", "both turns", "turn 1", "turn 2");
      result.groups().forEach(group -> row(group.name(), group.items(), group.scores()));
      row("all", result.verdicts().size(), result.scores());
      out.println();
      out.println("the report: " + bench.out("report.html"));
    }
    out.flush();
  }

  private void row(String name, int items, List<Score> scores) {
    String cells =
        scores.stream()
            .limit(3) // of both turns and of each; the share that was rated is told in words
            .map(score -> String.format("%-21s", MtBenchArguments.shown(score.estimate())))
            .collect(Collectors.joining(" "))
            .stripTrailing();
    spec.commandLine().getOut().printf("%-12s %7d  %s%n", name, items, cells);
  }
}
