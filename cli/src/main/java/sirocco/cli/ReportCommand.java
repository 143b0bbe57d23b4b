package sirocco.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import sirocco.engine.Engine;
import sirocco.lab.eval.EvaluationException;
import sirocco.lab.eval.ResultsFile;
import sirocco.lab.eval.Statistic;
import sirocco.lab.eval.Task;
import sirocco.lab.report.Document;
import sirocco.lab.report.EvaluationReport;

/// `sirocco report`: results as a page, two runs side by side.
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Makes a page of the results of `eval`: one file, HTML or Markdown by its name.",
      "Of two runs it shows both, and the differences of the same items with their intervals.",
      "",
      "Without RESULTS it measures the model by all that needs no files: the default model's own"
          + " exercises, passkeys, key-value pairs, perplexity by context, and its experts.",
    },
    footer = {
      "",
      "Example: ./sirocco report f16/results.json q4/results.json -o q4.html",
      "         ./sirocco report -o default-model.md"
    })
final class ReportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(arity = "0..2", paramLabel = "RESULTS", description = "results.json of one or two.")
  private List<Path> runs = List.of();

  @Option(
      names = "--task",
      paramLabel = "FILE",
      description = "A task of your own that the runs did. May be given again.")
  private List<Path> taskFiles = List.of();

  @Option(
      names = {"-o", "--out"},
      required = true,
      paramLabel = "FILE",
      description = "What to write, .html or .md.")
  private Path out = Path.of("");

  @Option(
      names = "--samples",
      paramLabel = "FOLDER",
      description =
          "Where answers are kept without RESULTS, so that a run that was cut off goes on (default:"
              + " nowhere).")
  private Optional<Path> samples = Optional.empty();

  @ArgGroup(validate = false, order = 8, heading = ModelArguments.HEADING)
  private ModelArguments model = new ModelArguments();

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (!out.toString().endsWith(".html") && !out.toString().endsWith(".md")) {
      throw new ParameterException(
          spec.commandLine(), "--out: expected a name that ends in .html or .md, found " + out);
    }
    if (runs.isEmpty()) {
      write(own(), out);
    } else {
      write(ofRuns(), out);
    }
    spec.commandLine().getOut().println(out);
    return 0;
  }

  private Document own() throws IOException, InterruptedException {
    boolean kept = samples.isPresent();
    Path folder = kept ? samples.get() : Files.createTempDirectory("sirocco-report");
    Engine engine = model.open(spec.commandLine());
    try (EvaluatedModel evaluated = EvaluatedModel.here(model.path(), engine)) {
      return new OwnReport(evaluated, engine).measure(folder, CommandText.of(spec));
    } finally {
      if (!kept) {
        delete(folder);
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  private Document ofRuns() {
    List<ResultsFile> results = runs.stream().map(ResultsFile::read).toList();
    LabTasks tasks = LabTasks.with(taskFiles);
    return results.size() == 1
        ? EvaluationReport.of(results.getFirst())
        : EvaluationReport.compare(
            results.getFirst(), results.getLast(), name -> statistics(tasks, name));
  }

  private static List<Statistic> statistics(LabTasks tasks, String name) {
    return tasks.all().stream()
        .filter(task -> task.description().name().equals(name))
        .findFirst()
        .map(Task::statistics)
        .orElse(List.of());
  }

  /// Writes a report; what was there before stays until it is whole.
  static void write(Document report, Path file) {
    Path target = file.toAbsolutePath();
    String text = target.toString().endsWith(".md") ? report.toMarkdown() : report.toHtml();
    Path part = target.resolveSibling(target.getFileName() + ".part");
    try {
      Files.createDirectories(target.getParent());
      Files.writeString(part, text, StandardCharsets.UTF_8);
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new EvaluationException(file + ": cannot be written: " + e.getMessage(), e);
    }
  }
}
