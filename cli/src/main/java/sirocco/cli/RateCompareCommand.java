package sirocco.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import sirocco.lab.eval.Result;
import sirocco.lab.preference.Answers;
import sirocco.lab.preference.BattleFile;
import sirocco.lab.preference.MtBenchRun.Compared;
import sirocco.lab.statistics.Battle.Outcome;

/// `sirocco rate compare`: the answers of two models side by side.
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Has a judge compare the answers of two models to MT-Bench, each pair in both orders, since"
          + " judges favour a place.",
      "",
      "A model wins an answer if it does in both orders; all else is a tie. battles.jsonl is what"
          + " `rate battles` reads.",
    },
    footer = {
      "",
      "Example: ./sirocco rate compare f16 q4 --data benchmarks --judge-local large --out f16-q4",
    })
final class RateCompareCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "2",
      paramLabel = "ANSWERS",
      description = "Folders that `rate mt-bench` wrote, or files of answers in FastChat's form.")
  private List<Path> answers = List.of();

  @ArgGroup(validate = false, order = 5, heading = MtBenchArguments.HEADING)
  private MtBenchArguments bench = new MtBenchArguments();

  @ArgGroup(validate = false, order = 6, heading = JudgeArguments.HEADING)
  private JudgeArguments judges = new JudgeArguments();

  @Override
  public Integer call() throws InterruptedException {
    Supplier<EvaluatedModel> judge = judges.judge(spec.commandLine());
    Answers one = answers(answers.getFirst());
    Answers other = answers(answers.getLast());
    if (one.subject().equals(other.subject())) {
      one = one.named(one.subject() + " in " + answers.getFirst());
      other = other.named(other.subject() + " in " + answers.getLast());
    }
    Compared compared;
    try (EvaluatedModel opened = judge.get();
        TaskBar bar = new TaskBar("compare")) {
      compared =
          bench
              .run(OptionalInt.empty(), opened.concurrent(), bar)
              .compare(one, other, opened.subject());
    }
    var _ = bench.write(spec, compared.result());
    BattleFile.write(bench.out("battles.jsonl"), compared.battles());
    PrintWriter err = spec.commandLine().getErr();
    bench.tellOfUnreadable(compared.result(), "decided", "verdict such as [[A]]", err);
    print(compared, one.subject());
    return 0;
  }

  private static Answers answers(Path path) {
    return Answers.read(Files.isDirectory(path) ? path.resolve("answers.jsonl") : path);
  }

  private void print(Compared compared, String first) {
    PrintWriter out = spec.commandLine().getOut();
    Result result = compared.result();
    out.printf("%s, judged by %s%n", result.task().title(), result.subject());
    out.printf(
        Locale.ROOT,
        "%s: won %d, lost %d, tied %d of %d answers; share of points %s%n",
        first,
        count(compared, Outcome.A),
        count(compared, Outcome.B),
        count(compared, Outcome.TIE),
        compared.battles().size(),
        MtBenchArguments.shown(result.scores().getFirst().estimate()));
    out.println("the report: " + bench.out("report.html"));
    out.flush();
  }

  private static long count(Compared compared, Outcome outcome) {
    return compared.battles().stream().filter(b -> b.outcome() == outcome).count();
  }
}
