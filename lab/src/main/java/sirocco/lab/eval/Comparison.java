package sirocco.lab.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import sirocco.lab.statistics.Bootstrap;
import sirocco.lab.statistics.Estimate;
import sirocco.lab.statistics.Permutation;

/// Two results of a task, item by item: much narrower than both intervals apart, since an item that
/// is hard for one is often hard for the other.
///
/// @param task its name
/// @param items that both were asked
/// @param differences one a statistic
public record Comparison(String task, int items, List<Difference> differences) {
  public Comparison {
    differences = List.copyOf(differences);
  }

  /// The second less the first.
  ///
  /// @param chance how likely one as large is if both are alike ([Permutation])
  public record Difference(String statistic, Estimate estimate, double chance) {}

  private record Pair(Verdict first, Verdict second) {}

  /// Compares over the items that both have.
  ///
  /// @param statistics of the task
  /// @return empty if there is no such item
  public static Optional<Comparison> of(
      List<Statistic> statistics, Result first, Result second, Bootstrap bootstrap) {
    Map<String, Verdict> others =
        second.verdicts().stream().collect(Collectors.toMap(Verdict::item, Function.identity()));
    List<Pair> pairs = new ArrayList<>();
    for (Verdict one : first.verdicts()) {
      Optional.ofNullable(others.get(one.item()))
          .ifPresent(other -> pairs.add(new Pair(one, other)));
    }
    if (pairs.isEmpty()) {
      return Optional.empty();
    }
    List<Difference> differences =
        statistics.stream().map(statistic -> difference(statistic, pairs, bootstrap)).toList();
    return Optional.of(new Comparison(first.task().name(), pairs.size(), differences));
  }

  private static Difference difference(Statistic statistic, List<Pair> pairs, Bootstrap bootstrap) {
    var of = statistic.of();
    Estimate estimate =
        bootstrap.estimate(
            pairs,
            drawn ->
                of.applyAsDouble(drawn.stream().map(Pair::second).toList())
                    - of.applyAsDouble(drawn.stream().map(Pair::first).toList()));
    double chance =
        Permutation.pairedValue(
            pairs.stream().map(Pair::first).toList(),
            pairs.stream().map(Pair::second).toList(),
            of,
            bootstrap.draws(),
            bootstrap.seed());
    return new Difference(statistic.name(), estimate, chance);
  }
}
