package sirocco.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import sirocco.lab.eval.DataFolder;
import sirocco.lab.eval.EvaluationException;
import sirocco.lab.eval.Progress;
import sirocco.lab.eval.Result;
import sirocco.lab.eval.ResultsFile;
import sirocco.lab.eval.Settings;
import sirocco.lab.preference.MtBenchRun;
import sirocco.lab.report.EvaluationReport;
import sirocco.lab.report.Numbers;
import sirocco.lab.statistics.Estimate;

/// Where MT-Bench's files are and what comes of a run is put.
final class MtBenchArguments {
  static final String HEADING = "%nThe benchmark:%n";
  private static final int DRAWS = 1000;

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description = "Where the folder mt-bench is (default: ${DEFAULT-VALUE}).")
  private Path data = Path.of("benchmarks");

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FOLDER",
      description =
          "Where what is said, results.json, report.html and report.md go (default:"
              + " ${DEFAULT-VALUE}).")
  private Path out = Path.of("rating");

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of what is drawn: questions, samples, intervals (default: ${DEFAULT-VALUE}).")
  private long seed;

  /// A file below --out.
  Path out(String name) {
    return out.resolve(name);
  }

  /// What is said is kept here.
  private Path samples() {
    return out("samples").resolve("mt-bench.jsonl");
  }

  MtBenchRun run(OptionalInt limit, int inFlight, Progress progress) {
    return new MtBenchRun(
        new DataFolder(data, false),
        new Settings(0, limit, seed, inFlight, DRAWS),
        samples(),
        progress);
  }

  /// Puts results.json and the reports below --out.
  ResultsFile write(CommandSpec spec, Result result) {
    var file = new ResultsFile(CommandText.of(spec), Main.Version.text(), List.of(result));
    file.write(out("results.json"));
    ReportCommand.write(EvaluationReport.of(file), out("report.html"));
    ReportCommand.write(EvaluationReport.of(file), out("report.md"));
    return file;
  }

  /// Says how many judgements could not be read.
  ///
  /// @param measure of each judgement, 1 where it could
  /// @param expected what they lack
  /// @throws EvaluationException if there was none that could: then nothing was measured
  void tellOfUnreadable(Result result, String measure, String expected, PrintWriter err) {
    long all = result.verdicts().size();
    long unreadable = result.verdicts().stream().filter(v -> v.measure(measure) == 0).count();
    if (unreadable == all) {
      throw new EvaluationException(
          "none of %d judgements of %s holds a %s, so nothing was measured; %s shows what it said: ask another judge"
              .formatted(all, result.subject(), expected, samples()));
    }
    if (unreadable > 0) {
      err.printf(
          "sirocco: %d of %d judgements hold no %s; %s shows what was said%n",
          unreadable, all, expected, samples());
    }
  }

  /// Such as `6.84 (6.70 to 6.98)`.
  static String shown(Estimate estimate) {
    return Numbers.plain(estimate.value(), 2)
        + (Double.isFinite(estimate.low()) && Double.isFinite(estimate.high())
            ? String.format(Locale.ROOT, " (%.2f to %.2f)", estimate.low(), estimate.high())
            : "");
  }
}
