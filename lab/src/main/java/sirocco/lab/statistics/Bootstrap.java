package sirocco.lab.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// How far a number would vary over other samples: it is computed again for samples of the same
/// size that are drawn from this one, with replacement (Efron 1979). The interval lies between the
/// percentiles 2.5 and 97.5 of what comes out, the standard error is its standard deviation. Draws
/// for which the number is not defined are left out; if more than half are, so is the interval. A
/// sample of one tells no error.
///
/// @param draws samples drawn
/// @param seed of the draws: the same seed gives the same interval
public record Bootstrap(int draws, long seed) {
  private static final double TAIL = 0.025;

  public Bootstrap {
    if (draws < 2) {
      throw new IllegalArgumentException("expected at least 2 draws, found " + draws);
    }
  }

  /// A thousand draws, enough for two digits of an error.
  public static Bootstrap standard(long seed) {
    return new Bootstrap(1000, seed);
  }

  /// A number computed from independent observations.
  ///
  /// @param statistic must not keep the list that it is given
  public <T> Estimate estimate(List<T> sample, ToDoubleFunction<List<T>> statistic) {
    return estimates(sample, s -> new double[] {statistic.applyAsDouble(s)}).getFirst();
  }

  /// A number computed from observations that come in clusters, such as questions about the same
  /// text: whole clusters are drawn.
  public <T> Estimate clustered(
      List<T> sample, Function<T, ?> cluster, ToDoubleFunction<List<T>> statistic) {
    Map<Object, List<T>> clusters = new LinkedHashMap<>();
    sample.forEach(
        one -> clusters.computeIfAbsent(cluster.apply(one), _ -> new ArrayList<>()).add(one));
    return estimate(
        List.copyOf(clusters.values()),
        drawn -> statistic.applyAsDouble(drawn.stream().flatMap(List::stream).toList()));
  }

  /// Several numbers computed from the same draws.
  ///
  /// @param sample at least one observation
  /// @param statistics as many numbers each time; must not keep the list that it is given
  public <T> List<Estimate> estimates(List<T> sample, Function<List<T>, double[]> statistics) {
    if (sample.isEmpty()) {
      throw new IllegalArgumentException("expected at least one observation, found none");
    }
    double[] values = statistics.apply(sample);
    double[][] drawn = new double[values.length][draws];
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    List<T> again = new ArrayList<>(sample);
    List<T> shown = Collections.unmodifiableList(again);
    for (int draw = 0; draw < draws; draw++) {
      again.replaceAll(_ -> sample.get(random.nextInt(sample.size())));
      double[] found = statistics.apply(shown);
      for (int i = 0; i < values.length; i++) {
        drawn[i][draw] = found[i];
      }
    }
    return IntStream.range(0, values.length)
        .mapToObj(i -> around(values[i], drawn[i], sample.size()))
        .toList();
  }

  private static Estimate around(double value, double[] drawn, int observations) {
    double[] defined = DoubleStream.of(drawn).filter(v -> !Double.isNaN(v)).sorted().toArray();
    if (observations < 2 || 2 * defined.length <= drawn.length) {
      return new Estimate(value, Double.NaN, Double.NaN, Double.NaN);
    }
    double mean = Arrays.stream(defined).average().orElseThrow();
    double squares = Arrays.stream(defined).map(v -> (v - mean) * (v - mean)).sum();
    return new Estimate(
        value,
        Math.sqrt(squares / (defined.length - 1)),
        percentile(defined, TAIL),
        percentile(defined, 1 - TAIL));
  }

  /// Between the two nearest of sorted values, in proportion.
  private static double percentile(double[] sorted, double share) {
    double at = share * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] == sorted[above]
        ? sorted[below]
        : sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
