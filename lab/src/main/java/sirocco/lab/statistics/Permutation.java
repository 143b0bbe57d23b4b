package sirocco.lab.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Whether a difference of two runs over the same items may be chance: how likely one at least as
/// large, up or down, is if each item's two results might as well have been swapped (Fisher 1935).
public final class Permutation {
  /// Of sums of the same numbers in another order.
  private static final double ROUNDING = 1e-12;

  private Permutation() {}

  /// The p-value, over all ways to swap where there are no more than `draws`, else over draws,
  /// where the results as they are count as one more draw.
  ///
  /// @param first one result an item
  /// @param second as many, of the same items
  /// @param statistic must not keep the list that it is given
  /// @param draws at least 1
  /// @param seed of the draws
  public static <T> double pairedValue(
      List<T> first, List<T> second, ToDoubleFunction<List<T>> statistic, int draws, long seed) {
    int n = first.size();
    if (n == 0 || second.size() != n || draws < 1) {
      throw new IllegalArgumentException(
          "expected two results an item and at least one draw, found %d, %d and %d draws"
              .formatted(n, second.size(), draws));
    }
    double found = size(first, second, statistic, _ -> false);
    double least = found - ROUNDING * Math.max(1, Math.abs(found));
    if (n < 31 && 1L << n <= draws) {
      int extreme = 0;
      for (int ways = 0; ways < 1 << n; ways++) {
        int swapped = ways;
        double size = size(first, second, statistic, i -> (swapped >> i & 1) == 1);
        extreme += size >= least ? 1 : 0;
      }
      return (double) extreme / (1 << n);
    }
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    int extreme = 1;
    for (int draw = 0; draw < draws; draw++) {
      extreme += size(first, second, statistic, _ -> random.nextBoolean()) >= least ? 1 : 0;
    }
    return extreme / (draws + 1.0);
  }

  private static <T> double size(
      List<T> first, List<T> second, ToDoubleFunction<List<T>> statistic, IntPredicate swapped) {
    List<T> one = new ArrayList<>(first);
    List<T> other = new ArrayList<>(second);
    for (int i = 0; i < one.size(); i++) {
      if (swapped.test(i)) {
        one.set(i, other.set(i, one.get(i)));
      }
    }
    return Math.abs(statistic.applyAsDouble(other) - statistic.applyAsDouble(one));
  }
}
