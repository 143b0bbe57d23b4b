package sirocco.lab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import sirocco.lab.eval.Comparison;
import sirocco.lab.eval.Result;
import sirocco.lab.eval.ResultsFile;
import sirocco.lab.eval.Score;
import sirocco.lab.eval.Statistic;

/// The report of an evaluation, or of two side by side.
public final class EvaluationReport {
  private static final String METHOD =
      "± is a standard error; intervals hold 95%, from percentiles of the statistic over items drawn"
          + " anew (bootstrap). A group of one item tells no error.";
  private static final String PAIRED =
      " Differences are those of the same items, the second run less the first, with intervals of"
          + " their own; p is how likely one as large is if both runs are alike (items' results"
          + " swapped at random).";

  /// Of a fingerprint.
  private static final int SHORT = 8;

  private final List<ResultsFile> runs;
  private final Function<String, List<Statistic>> statistics;

  private EvaluationReport(List<ResultsFile> runs, Function<String, List<Statistic>> statistics) {
    this.runs = runs;
    this.statistics = statistics;
  }

  /// The report of one run.
  public static Document of(ResultsFile run) {
    return of(run, List.of());
  }

  /// The report of one run.
  ///
  /// @param more what is to be said behind its tasks
  public static Document of(ResultsFile run, List<Block> more) {
    return new EvaluationReport(List.of(run), _ -> List.of()).document(more);
  }

  /// The report of two runs, with differences in the tasks that both did.
  ///
  /// @param statistics those of a task by its name, in its order; empty where it is not known: then
  ///   no difference can be told
  public static Document compare(
      ResultsFile first, ResultsFile second, Function<String, List<Statistic>> statistics) {
    return new EvaluationReport(List.of(first, second), statistics).document(List.of());
  }

  private Document document(List<Block> more) {
    List<String> subjects = runs.stream().map(EvaluationReport::subjects).toList();
    List<Block> blocks = new ArrayList<>();
    blocks.add(summary());
    blocks.add(new Block.Paragraph(runs.size() == 1 ? METHOD : METHOD + PAIRED));
    told().forEach(results -> blocks.addAll(section(results)));
    blocks.addAll(more);
    blocks.add(new Block.Heading(2, "How it was made"));
    for (int i = 0; i < runs.size(); i++) {
      ResultsFile run = runs.get(i);
      blocks.add(
          new Block.Paragraph("%s, by sirocco %s:".formatted(subjects.get(i), run.version())));
      blocks.add(new Block.Code(run.command()));
    }
    return new Document("Evaluation of " + String.join(" and ", subjects), blocks);
  }

  private static String subjects(ResultsFile run) {
    return String.join(", ", run.results().stream().map(Result::subject).distinct().toList());
  }

  /// Names of tasks, in order of appearance.
  private List<String> tasks() {
    return runs.stream()
        .flatMap(run -> run.results().stream())
        .map(result -> result.task().name())
        .distinct()
        .toList();
  }

  /// The results of a task, at most one of each run.
  private List<Result> results(String task) {
    return runs.stream().flatMap(run -> result(run, task).stream()).toList();
  }

  /// The last, if a file has several.
  private static Optional<Result> result(ResultsFile run, String task) {
    return run.results().reversed().stream().filter(r -> r.task().name().equals(task)).findFirst();
  }

  /// What has a section: each result of one run, each task of two.
  private List<List<Result>> told() {
    return runs.size() == 1
        ? runs.getFirst().results().stream().map(List::of).toList()
        : tasks().stream().map(this::results).toList();
  }

  /// The task, and what tells a result from others of the same task in the same run.
  private String title(Result result) {
    String task = result.task().title();
    long alike =
        runs.getFirst().results().stream()
            .filter(r -> r.task().name().equals(result.task().name()))
            .count();
    if (runs.size() > 1 || alike < 2) {
      return task;
    }
    var settings = result.settings();
    return "%s: %s (%s), %d shots, %d items, seed %d"
        .formatted(
            task,
            result.subject(),
            result.fingerprint().substring(0, Math.min(SHORT, result.fingerprint().length())),
            settings.shots(),
            result.verdicts().size(),
            settings.seed());
  }

  /// The comparison of both runs in a task, if both did it.
  private Optional<Comparison> comparison(String task) {
    List<Result> results = results(task);
    List<Statistic> known = statistics.apply(task);
    return results.size() < 2 || known.isEmpty()
        ? Optional.empty()
        : Comparison.of(
            known, results.get(0), results.get(1), results.get(0).settings().bootstrap());
  }

  private Block summary() {
    boolean two = runs.size() == 2;
    List<String> head =
        two
            ? List.of("task", "statistic", "first", "second", "difference", "interval", "p")
            : List.of("task", "statistic", "value", "interval", "guessing", "items");
    List<List<String>> rows = new ArrayList<>();
    for (List<Result> results : told()) {
      Result any = results.getFirst();
      Score score = any.scores().getFirst();
      if (two) {
        List<String> row = new ArrayList<>(List.of(any.task().title(), score.statistic()));
        row.addAll(pair(any.task().name(), score.statistic()));
        rows.add(row);
      } else {
        rows.add(
            List.of(
                title(any),
                score.statistic(),
                Numbers.withError(score.estimate()),
                Numbers.interval(score.estimate()),
                Numbers.plain(any.chance(), 3),
                Integer.toString(any.verdicts().size())));
      }
    }
    return new Block.Table(head, rows);
  }

  /// A statistic of a task in both runs, and their difference.
  private List<String> pair(String task, String statistic) {
    List<String> cells = new ArrayList<>();
    for (ResultsFile run : runs) {
      cells.add(
          result(run, task).stream()
              .flatMap(r -> r.scores().stream())
              .filter(s -> s.statistic().equals(statistic))
              .map(s -> Numbers.withError(s.estimate()))
              .findFirst()
              .orElse("–"));
    }
    Optional<Comparison.Difference> difference =
        comparison(task).stream()
            .flatMap(c -> c.differences().stream())
            .filter(d -> d.statistic().equals(statistic))
            .findFirst();
    cells.add(difference.map(d -> Numbers.signed(d.estimate())).orElse("–"));
    cells.add(difference.map(d -> Numbers.interval(d.estimate())).orElse("–"));
    cells.add(difference.map(d -> Numbers.plain(d.chance(), 3)).orElse("–"));
    return cells;
  }

  private List<Block> section(List<Result> results) {
    Result any = results.getFirst();
    List<Block> blocks = new ArrayList<>();
    blocks.add(new Block.Heading(2, title(any)));
    blocks.add(new Block.Paragraph(any.task().protocol() + " (" + any.task().source() + ")"));
    if (results.size() == 2
        && results.get(0).settings().shots() != results.get(1).settings().shots()) {
      blocks.add(
          new Block.Paragraph("The runs differ in their examples: the numbers do not compare."));
    }
    blocks.add(scores(results));
    GroupCharts.of(results).ifPresent(blocks::add);
    if (!any.groups().isEmpty()) {
      blocks.add(new Block.Folded("Groups", List.of(groups(results))));
    }
    results.forEach(result -> blocks.add(settings(result)));
    return blocks;
  }

  private Block scores(List<Result> results) {
    if (runs.size() == 2) {
      String task = results.getFirst().task().name();
      List<List<String>> rows =
          results.getFirst().scores().stream()
              .map(score ->
                  Stream.concat(
                          Stream.of(score.statistic()), pair(task, score.statistic()).stream())
                      .toList())
              .toList();
      return new Block.Table(
          List.of("statistic", "first", "second", "difference", "interval", "p"), rows);
    }
    return new Block.Table(
        List.of("statistic", "value", "interval"),
        results.getFirst().scores().stream()
            .map(s ->
                List.of(
                    s.statistic(), Numbers.withError(s.estimate()), Numbers.interval(s.estimate())))
            .toList());
  }

  private static Block groups(List<Result> results) {
    List<String> head = new ArrayList<>(List.of("group"));
    for (Result result : results) {
      String subject = results.size() == 1 ? "" : ", " + result.subject();
      head.add("items" + subject);
      result.scores().forEach(s -> head.add(s.statistic() + subject));
    }
    List<List<String>> rows = new ArrayList<>();
    for (String name :
        results.stream()
            .flatMap(r -> r.groups().stream())
            .map(Result.Group::name)
            .distinct()
            .toList()) {
      List<String> row = new ArrayList<>(List.of(name.isEmpty() ? "none" : name));
      for (Result result : results) {
        Optional<Result.Group> group =
            result.groups().stream().filter(g -> g.name().equals(name)).findFirst();
        row.add(group.map(g -> Integer.toString(g.items())).orElse("–"));
        for (int s = 0; s < result.scores().size(); s++) {
          int at = s;
          row.add(group.map(g -> Numbers.withError(g.scores().get(at).estimate())).orElse("–"));
        }
      }
      rows.add(row);
    }
    return new Block.Table(head, rows);
  }

  private static Block settings(Result result) {
    var settings = result.settings();
    List<List<String>> facts = new ArrayList<>();
    facts.add(List.of("fingerprint", result.fingerprint()));
    facts.add(List.of("items", "%d of %d".formatted(result.verdicts().size(), result.items())));
    facts.add(
        List.of(
            "examples", "%d (the paper: %d)".formatted(settings.shots(), result.task().shots())));
    facts.add(List.of("seed", Long.toString(settings.seed())));
    facts.add(List.of("questions at once", Integer.toString(settings.inFlight())));
    facts.add(List.of("draws behind intervals", Integer.toString(settings.draws())));
    facts.add(List.of("started", result.started().toString()));
    facts.add(List.of("seconds of this run", Scale.show(result.seconds())));
    List<Block> blocks = new ArrayList<>(List.of(new Block.Table(List.of(), facts)));
    if (!result.skipped().isEmpty()) {
      blocks.add(
          new Block.Paragraph(
              "Damaged rows that were left out: " + String.join("; ", result.skipped())));
    }
    String more = result.skipped().isEmpty() ? "" : ", rows left out: " + result.skipped().size();
    return new Block.Folded(
        "%s: %d of %d items%s"
            .formatted(result.subject(), result.verdicts().size(), result.items(), more),
        blocks);
  }
}
