package sirocco.lab.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BootstrapTest {
  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(v -> v).average().orElse(Double.NaN);
  }

  private static List<Double> normal(int n, long seed) {
    Random random = new Random(seed);
    return DoubleStream.generate(random::nextGaussian).limit(n).boxed().toList();
  }

  @Test
  void theMeanOfOneToFourIsKnown() {
    // s^2 = 5/3, over 4 values
    Estimate mean = Estimate.mean(new double[] {1, 2, 3, 4});
    assertThat(mean.value()).isEqualTo(2.5);
    assertThat(mean.standardError()).isCloseTo(Math.sqrt(5.0 / 12), within(1e-15));
    assertThat(mean.high() - mean.low())
        .isCloseTo(2 * 1.959964 * mean.standardError(), within(1e-6));
    assertThat(Estimate.mean(new double[] {3}).standardError()).isNaN();
  }

  @Test
  void agreesWithTheStandardErrorOfAMean() {
    List<Double> sample = normal(400, 1);
    Estimate known = Estimate.mean(sample.stream().mapToDouble(v -> v).toArray());
    Estimate drawn = new Bootstrap(4000, 2).estimate(sample, BootstrapTest::mean);
    assertThat(drawn.value()).isEqualTo(known.value());
    assertThat(drawn.standardError()).isCloseTo(known.standardError(), within(0.003));
    assertThat(drawn.low()).isCloseTo(known.low(), within(0.01));
    assertThat(drawn.high()).isCloseTo(known.high(), within(0.01));
  }

  @Test
  void intervalsHoldTheTruthAboutAsOftenAsTheySay() {
    long held =
        IntStream.range(0, 300)
            .mapToObj(
                i -> new Bootstrap(400, i).estimate(normal(60, 1000 + i), BootstrapTest::mean))
            .filter(e -> e.low() <= 0 && 0 <= e.high())
            .count();
    assertThat(held).isBetween(270L, 297L);
  }

  @Test
  void theSameSeedGivesTheSameInterval() {
    List<Double> sample = normal(50, 3);
    Estimate once = new Bootstrap(100, 7).estimate(sample, BootstrapTest::mean);
    assertThat(new Bootstrap(100, 7).estimate(sample, BootstrapTest::mean)).isEqualTo(once);
    assertThat(new Bootstrap(100, 8).estimate(sample, BootstrapTest::mean)).isNotEqualTo(once);
  }

  @Test
  void copiesOfAnObservationTellNothingNewWhenTheyAreACluster() {
    record Copy(int of, double value) {}
    List<Double> sample = normal(100, 4);
    List<Copy> copies =
        IntStream.range(0, 1000).mapToObj(i -> new Copy(i / 10, sample.get(i / 10))).toList();
    var bootstrap = new Bootstrap(1000, 5);
    double clustered =
        bootstrap
            .clustered(
                copies,
                Copy::of,
                all -> all.stream().mapToDouble(Copy::value).average().orElse(Double.NaN))
            .standardError();
    double single = bootstrap.estimate(sample, BootstrapTest::mean).standardError();
    assertThat(clustered).isCloseTo(single, within(0.01));
  }

  @Test
  void whatIsNotDefinedHasNoInterval() {
    var bootstrap = new Bootstrap(100, 1);
    Estimate never = bootstrap.estimate(List.of(1.0, 2.0), _ -> Double.NaN);
    assertThat(never.value()).isNaN();
    assertThat(never.low()).isNaN();
    Estimate alone = bootstrap.estimate(List.of(5.0), BootstrapTest::mean);
    assertThat(alone.value()).isEqualTo(5);
    assertThat(alone.standardError()).isNaN();
    // About a quarter of the draws of 1 and 2 hold no 1; the others do.
    Estimate sometimes =
        bootstrap.estimate(List.of(1.0, 2.0), s -> s.contains(1.0) ? 1 : Double.NaN);
    assertThat(sometimes).isEqualTo(new Estimate(1, 0, 1, 1));
    assertThatThrownBy(() -> bootstrap.estimate(List.<Double>of(), BootstrapTest::mean))
        .hasMessageContaining("none");
  }

  private static double permuted(List<Double> differences, int draws, long seed) {
    List<Double> zeros = Collections.nCopies(differences.size(), 0.0);
    return Permutation.pairedValue(zeros, differences, BootstrapTest::mean, draws, seed);
  }

  @Test
  void permutationsOfFewDifferencesAreAllTried() {
    // Of the 8 signs of 1, 2, 3 two have the sum 6 or -6; four at least 4 in size.
    assertThat(permuted(List.of(1.0, 2.0, 3.0), 100, 0)).isEqualTo(0.25);
    assertThat(permuted(List.of(-1.0, 2.0, 3.0), 100, 0)).isEqualTo(0.5);
    assertThat(permuted(List.of(0.0, 0.0), 100, 0)).isEqualTo(1);
  }

  @Test
  void permutationsThatAreDrawnAgreeWithAll() {
    List<Double> differences = normal(12, 9).stream().map(v -> v + 0.3).toList();
    double all = permuted(differences, 1 << 12, 0);
    assertThat(permuted(differences, (1 << 12) - 1, 1)).isCloseTo(all, within(0.03));
    assertThat(permuted(Collections.nCopies(50, 1.0), 999, 1)).isEqualTo(0.001);
  }

  @Test
  void passAtKIsTheShareOfSelectionsWithARightOne() {
    // Of the 10 pairs of 5 samples, 3 hold none of the 2 right ones.
    assertThat(PassAtK.of(5, 2, 2)).isCloseTo(0.7, within(1e-15));
    assertThat(PassAtK.of(5, 0, 3)).isZero();
    assertThat(PassAtK.of(5, 3, 3)).isEqualTo(1);
    assertThat(PassAtK.of(200, 20, 1)).isCloseTo(0.1, within(1e-12));
    assertThatThrownBy(() -> PassAtK.of(3, 1, 4)).hasMessageContaining("pass@4");
  }
}
