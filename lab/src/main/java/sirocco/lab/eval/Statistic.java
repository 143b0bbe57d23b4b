package sirocco.lab.eval;

import static java.util.stream.Collectors.averagingDouble;
import static java.util.stream.Collectors.groupingBy;

import java.util.List;
import java.util.function.ToDoubleFunction;

/// A number that a task reports. Its interval comes from drawing items anew (bootstrap), so it must
/// stand for any selection of them.
///
/// @param name such as `acc`
/// @param of verdicts, at least one; not a number where it is not defined
public record Statistic(String name, ToDoubleFunction<List<Verdict>> of) {
  /// The mean of a measure of the same name.
  public static Statistic mean(String measure) {
    return new Statistic(
        measure,
        verdicts ->
            verdicts.stream().mapToDouble(v -> v.measure(measure)).average().orElse(Double.NaN));
  }

  /// The mean over groups of their means, in which a small group counts as much as a large one.
  ///
  /// @param name such as `acc_macro`
  public static Statistic meanOfGroups(String name, String measure) {
    return new Statistic(
        name,
        verdicts ->
            verdicts.stream()
                .collect(groupingBy(Verdict::group, averagingDouble(v -> v.measure(measure))))
                .values()
                .stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(Double.NaN));
  }
}
