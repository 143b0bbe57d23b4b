package sirocco.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import sirocco.lab.preference.BattleFile;
import sirocco.lab.preference.Ranking;
import sirocco.lab.report.Numbers;
import sirocco.lab.statistics.Battle;
import sirocco.lab.statistics.Bootstrap;
import sirocco.lab.statistics.BradleyTerry.Anchor;

/// `sirocco rate battles`: ratings from who beat whom.
@Command(
    name = "battles",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Rates models by who beat whom, as LMSYS's arena does: Bradley and Terry's ratings, which do"
          + " not depend on the order of the battles, and Elo's, which do. Intervals hold 95%%, over"
          + " battles drawn anew.",
      "",
      "Lines are {\"model_a\": ..., \"model_b\": ..., \"winner\": ...} with the winners model_a,"
          + " model_b, tie or tie (bothbad).",
    },
    footer = {"", "Example: ./sirocco rate battles battles.jsonl --anchor mixtral=1114"})
final class RateBattlesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Battles; of several files in this order.")
  private List<Path> files = List.of();

  @Option(
      names = "--anchor",
      paramLabel = "NAME=RATING",
      description =
          "Whose Bradley-Terry rating is held where (default: the mean of all is held at 1000).")
  private Optional<String> anchor = Optional.empty();

  @Option(
      names = "--draws",
      paramLabel = "N",
      description = "Times that battles are drawn anew, for intervals (default: ${DEFAULT-VALUE}).")
  private int draws = 1000;

  @Option(names = "--seed", paramLabel = "N", description = "Of these (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  private boolean json;

  @Override
  public Integer call() {
    if (draws < 2) {
      throw new ParameterException(spec.commandLine(), "--draws must be at least 2");
    }
    Optional<Anchor> held = anchor.map(this::anchor);
    List<Battle> battles = new ArrayList<>();
    files.forEach(file -> battles.addAll(BattleFile.read(file)));
    print(Ranking.of(battles, held, new Bootstrap(draws, seed)), battles.size());
    return 0;
  }

  /// Names may hold `=`, ratings do not.
  private Anchor anchor(String text) {
    int at = text.lastIndexOf('=');
    try {
      double rating = Double.parseDouble(text.substring(at + 1));
      if (at > 0 && Double.isFinite(rating)) {
        return new Anchor(text.substring(0, at), rating);
      }
    } catch (NumberFormatException e) {
      // Told below, as a missing name is.
    }
    throw new ParameterException(
        spec.commandLine(), "--anchor: expected NAME=RATING such as mixtral=1114, found " + text);
  }

  private void print(Ranking ranking, int battles) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.pretty(ranking));
      out.flush();
      return;
    }
    out.printf("%d battles of %d models%n", battles, ranking.rows().size());
    String form = "%-32s %8s %6s  %14s %-18s %14s %s%n";
    out.printf(form, "model", "battles", "score", "Bradley-Terry", "  95%", "Elo", "  95%");
    for (Ranking.Row row : ranking.rows()) {
      out.printf(
          form,
          row.subject(),
          row.battles(),
          Numbers.plain(row.score(), 3),
          row.bradleyTerry().map(e -> Numbers.plain(e.value(), 1)).orElse("–"),
          "  " + row.bradleyTerry().map(Numbers::interval).orElse("–"),
          Numbers.plain(row.elo().value(), 1),
          "  " + Numbers.interval(row.elo()));
    }
    if (ranking.rows().stream().anyMatch(row -> row.bradleyTerry().isEmpty())) {
      out.println("No finite Bradley-Terry ratings exist: some won or lost all against the rest.");
    }
    out.flush();
  }
}
