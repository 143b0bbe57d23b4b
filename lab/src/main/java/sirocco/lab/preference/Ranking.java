package sirocco.lab.preference;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sirocco.lab.report.Block;
import sirocco.lab.report.Numbers;
import sirocco.lab.statistics.Battle;
import sirocco.lab.statistics.Bootstrap;
import sirocco.lab.statistics.BradleyTerry;
import sirocco.lab.statistics.BradleyTerry.Anchor;
import sirocco.lab.statistics.Elo;
import sirocco.lab.statistics.Estimate;

/// Subjects by what came of their battles.
///
/// @param rows the highest rating first: Bradley and Terry's where it exists, else Elo's
public record Ranking(List<Row> rows) {
  public Ranking {
    rows = List.copyOf(rows);
  }

  /// A subject.
  ///
  /// @param battles that it fought
  /// @param score share of their points that it got, ties half
  /// @param bradleyTerry empty if no finite ratings exist ([BradleyTerry])
  public record Row(
      String subject, int battles, double score, Estimate elo, Optional<Estimate> bradleyTerry) {}

  /// Ranks.
  ///
  /// @param battles at least one, in the order in which they were fought
  /// @param anchor whose Bradley-Terry rating is held where
  public static Ranking of(List<Battle> battles, Optional<Anchor> anchor, Bootstrap bootstrap) {
    Map<String, Estimate> elo = Elo.rate(battles, bootstrap);
    Map<String, Estimate> strengths = BradleyTerry.rate(battles, anchor, bootstrap);
    List<Row> rows = new ArrayList<>();
    elo.forEach((name, rating) -> {
      List<Battle> own =
          battles.stream().filter(b -> b.a().equals(name) || b.b().equals(name)).toList();
      double points =
          own.stream()
              .mapToDouble(b -> b.a().equals(name) ? b.outcome().score() : 1 - b.outcome().score())
              .sum();
      Optional<Estimate> strength = Optional.ofNullable(strengths.get(name));
      rows.add(new Row(name, own.size(), points / own.size(), rating, strength));
    });
    rows.sort(
        Comparator.comparingDouble((Row row) -> row.bradleyTerry().orElse(row.elo()).value())
            .reversed());
    return new Ranking(rows);
  }

  /// For a report.
  public Block.Table table() {
    List<String> head =
        List.of("subject", "battles", "score", "Bradley-Terry", "interval", "Elo", "interval");
    return new Block.Table(
        head,
        rows.stream()
            .map(row ->
                List.of(
                    row.subject(),
                    Integer.toString(row.battles()),
                    Numbers.plain(row.score(), 3),
                    row.bradleyTerry().map(Numbers::withError).orElse("–"),
                    row.bradleyTerry().map(Numbers::interval).orElse("–"),
                    Numbers.withError(row.elo()),
                    Numbers.interval(row.elo())))
            .toList());
  }
}
