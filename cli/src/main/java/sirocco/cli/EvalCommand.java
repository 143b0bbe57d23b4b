package sirocco.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import sirocco.lab.data.DataException;
import sirocco.lab.eval.DataFolder;
import sirocco.lab.eval.Evaluation;
import sirocco.lab.eval.EvaluationException;
import sirocco.lab.eval.Result;
import sirocco.lab.eval.ResultsFile;
import sirocco.lab.eval.Score;
import sirocco.lab.eval.Settings;
import sirocco.lab.eval.Subject;
import sirocco.lab.eval.Task;
import sirocco.lab.report.EvaluationReport;
import sirocco.lab.report.Numbers;
import sirocco.lab.sandbox.SandboxException;

/// `sirocco eval`: a model measured as its paper does.
@Command(
    name = "eval",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures a model as its paper does: benchmarks with the papers' shots, prompts and scoring,"
          + " each number with its standard error and a 95%% interval.",
      "",
      "Tasks read their files, in the form their authors published them, from below --data; what is"
          + " missing is named with where to get it. Every answer is kept below --out as soon as"
          + " it is there: a run that was cut off goes on where it stopped.",
    },
    footer = {"", "Example: ./sirocco eval arc-easy piqa --data benchmarks --limit 200"})
final class EvalCommand implements Callable<Integer> {
  private static final String ALL = "all";
  private static final String RESULTS = "results.json";
  private static final int DRAWS = 1000;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "0..*",
      paramLabel = "TASK",
      description = "Names of tasks (--list), or `all` for those whose files are there.")
  private List<String> names = List.of();

  @Option(names = "--list", description = "List the tasks, and end.")
  private boolean lists;

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description = "Where the tasks' files are (default: ${DEFAULT-VALUE}).")
  private Path data = Path.of("benchmarks");

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description =
          "Where answers, results.json, report.html and report.md go, beside what earlier commands"
              + " left there (default: ${DEFAULT-VALUE}).")
  private Path out = Path.of("evaluation");

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Items asked of each task, drawn by the seed (default: all).")
  private Optional<Integer> limit = Optional.empty();

  @Option(
      names = "--shots",
      paramLabel = "N",
      description = "Worked examples before each question (default: the paper's number).")
  private Optional<Integer> shots = Optional.empty();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of what is drawn: items, samples, intervals (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--skip-bad",
      description = "Leave out damaged rows and tell of them, instead of ending at the first.")
  private boolean skipsBad;

  @Option(
      names = "--task",
      paramLabel = "FILE",
      description =
          "A task of your own, as JSON (docs/evaluation.md). May be given again; asked if no TASK"
              + " is named.")
  private List<Path> taskFiles = List.of();

  @Option(
      names = "--json",
      description = "Print the results as results.json has them instead of a table.")
  private boolean json;

  @ArgGroup(validate = false, order = 7, heading = EndpointArguments.HEADING)
  private EndpointArguments endpoint = new EndpointArguments();

  @ArgGroup(validate = false, order = 8, heading = ModelArguments.HEADING)
  private ModelArguments model = new ModelArguments();

  @Override
  public Integer call() throws InterruptedException {
    LabTasks known = LabTasks.with(taskFiles);
    if (lists) {
      list(known);
      return 0;
    }
    List<Task> tasks = chosen(known);
    Path file = out.resolve(RESULTS);
    // Read before anything is asked: one that cannot be gone on with is not to be overwritten.
    Optional<ResultsFile> former =
        Files.exists(file) ? Optional.of(ResultsFile.read(file)) : Optional.empty();
    try (EvaluatedModel evaluated = EvaluatedModel.open(spec.commandLine(), model, endpoint)) {
      measure(tasks, evaluated, former);
    }
    return 0;
  }

  private void list(LabTasks known) {
    PrintWriter out = spec.commandLine().getOut();
    for (Task task : known.all()) {
      Task.Description d = task.description();
      out.printf(
          "%-23s %s%n%23s %s%n%23s %s%n%23s %d shots; files in %s%n",
          d.name(), d.title(), "", d.protocol(), "", d.source(), "", d.shots(), d.files().folder());
    }
    out.flush();
  }

  private List<Task> chosen(LabTasks known) {
    if (names.equals(List.of(ALL))) {
      return known.all();
    }
    if (names.isEmpty() && taskFiles.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "name at least one task; `eval --list` lists them");
    }
    return names.isEmpty() ? known.own() : names.stream().map(known::named).toList();
  }

  private void measure(List<Task> tasks, EvaluatedModel model, Optional<ResultsFile> former)
      throws InterruptedException {
    List<Result> results = new ArrayList<>();
    PrintWriter err = spec.commandLine().getErr();
    for (Task task : tasks) {
      DataFolder folder = new DataFolder(data, skipsBad);
      long cut = model.cut().getAsLong();
      try {
        Optional<Task> fitted = fitted(task, model);
        if (fitted.isPresent()) {
          results.add(one(fitted.get(), model.subject(), folder, model.concurrent()));
        }
      } catch (DataException | SandboxException e) {
        leaveOut(task, e);
      }
      folder.skipped().forEach(row -> err.println("sirocco: skipped " + row));
      tellOfCut(task, model.cut().getAsLong() - cut);
      write(results, former);
    }
    if (results.isEmpty()) {
      throw new EvaluationException(data + ": holds the files of no task; see above what to get");
    }
    print(results);
  }

  /// The task for this model, unless none of its questions fits the model's context.
  private Optional<Task> fitted(Task task, EvaluatedModel model) {
    try {
      return Optional.of(model.fitted().apply(task));
    } catch (EvaluationException e) {
      leaveOut(task, e);
      return Optional.empty();
    }
  }

  /// Among all tasks what cannot be asked here is left out; one that was named ends the command.
  private void leaveOut(Task task, RuntimeException why) {
    if (!names.equals(List.of(ALL))) {
      throw why;
    }
    PrintWriter err = spec.commandLine().getErr();
    err.println("sirocco: " + task.description().name() + " is left out: " + why.getMessage());
  }

  private void tellOfCut(Task task, long texts) {
    if (texts > 0) {
      ModelArguments.warn(
          spec.commandLine(),
          Optional.of(
              "%s: %d texts were longer than the context and lost what stands first in them"
                  .formatted(task.description().name(), texts)));
    }
  }

  private Result one(Task task, Subject subject, DataFolder folder, int inFlight)
      throws InterruptedException {
    String name = task.description().name();
    var settings =
        new Settings(
            shots.orElse(task.description().shots()),
            limit.map(OptionalInt::of).orElse(OptionalInt.empty()),
            seed,
            inFlight,
            DRAWS);
    try (TaskBar bar = new TaskBar(name)) {
      return new Evaluation(task, subject, folder, settings)
          .run(out.resolve("samples").resolve(name + ".jsonl"), bar);
    }
  }

  private void write(List<Result> results, Optional<ResultsFile> former) {
    var now = new ResultsFile(CommandText.of(spec), Main.Version.text(), results);
    ResultsFile file = former.map(before -> before.and(now)).orElse(now);
    file.write(out.resolve(RESULTS));
    ReportCommand.write(EvaluationReport.of(file), out.resolve("report.html"));
    ReportCommand.write(EvaluationReport.of(file), out.resolve("report.md"));
  }

  private void print(List<Result> results) {
    PrintWriter printer = spec.commandLine().getOut();
    if (json) {
      printer.println(new ResultsFile(CommandText.of(spec), Main.Version.text(), results).json());
      printer.flush();
      return;
    }
    printer.printf(
        "%-23s %11s  %-19s %9s %8s   %-19s %7s%n",
        "task", "items", "measure", "value", "error", "95%", "chance");
    for (Result result : results) {
      String items = result.verdicts().size() + "/" + result.items();
      Stream.iterate(0, i -> i + 1)
          .limit(result.scores().size())
          .forEach(i -> printer.println(row(result, result.scores().get(i), i == 0 ? items : "")));
    }
    printer.println();
    printer.println("the report: " + out.resolve("report.html"));
    printer.flush();
  }

  private static String row(Result result, Score score, String items) {
    var e = score.estimate();
    boolean first = !items.isEmpty();
    return String.format(
        Locale.ROOT,
        "%-23s %11s  %-19s %9.4f %8.4f   %8.4f - %8.4f %7s",
        first ? result.task().name() : "",
        items,
        score.statistic(),
        e.value(),
        e.standardError(),
        e.low(),
        e.high(),
        first ? Numbers.plain(result.chance(), 3) : "");
  }
}
