package sirocco.lab.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sirocco.lab.eval.EvaluationException;
import sirocco.lab.routing.ExpertShares.Choice;
import sirocco.lab.statistics.Estimate;

/// What is said of routings that are known.
final class RoutingStatisticsTest {
  private static final RoutingShape MIXTRAL = new RoutingShape(3, 8, 2);

  @ParameterizedTest
  @CsvSource({
    "8, 2, 0.125, 0.4642857142857143",
    "8, 1, 0.125, 0.125",
    "64, 6, 0.015625, 0.46014405883354681",
    "2, 2, 0.5, 1",
    "3, 2, 0.3333333333333333, 1",
    "1, 1, 1, 1"
  })
  void chanceIsCombinatorics(int experts, int chosen, double first, double any) {
    var shape = new RoutingShape(1, experts, chosen);
    assertThat(shape.chanceOfSameFirst()).isCloseTo(first, within(1e-12));
    assertThat(shape.chanceOfCommonChoice()).isCloseTo(any, within(1e-9));
  }

  @Test
  void aRandomRouterRepeatsItselfByChance() {
    RoutingTrace trace =
        RoutingTrace.of(
            MadeUpRouting.random(MIXTRAL, 1), MadeUpRouting.evenAndOdd(200, 100), 64, _ -> {});
    var statistics = RoutingStatistics.of(trace, 10, 1);
    for (Repetition repetition : statistics.repetition()) {
      assertThat(repetition.pairs()).isEqualTo(100 * (63 + 35));
      assertThat(repetition.first().standardError()).isBetween(0.001, 0.006);
      assertNear(repetition.first(), 0.125, 3);
      assertNear(repetition.any(), 26.0 / 56, 3);
    }
    for (ExpertShares shares : statistics.shares()) {
      shares.shares().forEach(share -> assertNear(share, 0.125, 4.5)); // one of 144
    }
    for (LoadBalance balance : statistics.balance()) {
      assertThat(balance.entropy()).isCloseTo(Math.log(8), within(0.001));
      assertThat(balance.maxOverMean()).isBetween(1.0, 1.1);
      assertThat(balance.variation()).isBetween(0.0, 0.05);
      assertThat(balance.routerEntropy()).as("no router told").isNaN();
    }
    for (CoActivation together : statistics.coActivation()) {
      for (int i = 0; i < 8; i++) {
        assertThat(together.lift().get(i).get(i)).isNaN();
        for (int j = 0; j < i; j++) {
          assertThat(together.lift().get(i).get(j)).isBetween(0.75, 1.25);
        }
      }
    }
  }

  private static void assertNear(Estimate found, double expected, double errors) {
    assertThat(found.value()).isCloseTo(expected, within(errors * found.standardError()));
  }

  @Test
  void aPlantedExpertOfADomainIsFound() {
    RoutingTrace trace =
        RoutingTrace.of(
            MadeUpRouting.planted(MIXTRAL, 0.3, 2),
            MadeUpRouting.evenAndOdd(60, 100),
            100,
            _ -> {});
    var statistics = RoutingStatistics.of(trace, 1000, 3);
    for (DomainInformation layer : statistics.information()) {
      assertThat(layer.pValue()).isEqualTo(1 / 1001.0);
      assertThat(layer.nats()).isGreaterThan(10 * layer.byChance());
    }
    assertThat(statistics.shares("even", 1, Choice.FIRST).shares().get(0).value())
        .isCloseTo(0.3 + 0.7 / 8, within(0.03));
    assertThat(statistics.shares("odd", 1, Choice.FIRST).shares().get(0).value())
        .isCloseTo(0.125, within(0.03));
  }

  /// The same router, but the domains have the same tokens.
  @Test
  void domainsThatDoNotDifferAreNotToldApart() {
    var router = MadeUpRouting.planted(MIXTRAL, 0.3, 4);
    var documents =
        IntStream.range(0, 60)
            .mapToObj(
                d -> new Document(d % 3 == 0 ? "a" : "b", IntStream.range(d % 2, 80).toArray()))
            .iterator();
    List<DomainInformation> layers =
        RoutingStatistics.of(RoutingTrace.of(router, documents, 100, _ -> {}), 1000, 5)
            .information();
    for (DomainInformation layer : layers) {
      assertThat(layer.pValue()).isGreaterThan(0.01);
      assertThat(layer.nats()).isLessThan(3 * layer.byChance());
    }
  }

  /// Under the null p-values are even, here over 40 seeds of the router.
  @Test
  void smallPValuesAreAsRareAsTheySay() {
    int small = 0;
    for (int seed = 0; seed < 40; seed++) {
      var trace =
          RoutingTrace.of(
              MadeUpRouting.random(new RoutingShape(1, 8, 2), seed),
              MadeUpRouting.evenAndOdd(20, 40),
              40,
              _ -> {});
      small += RoutingStatistics.of(trace, 99, seed).information().get(0).pValue() <= 0.1 ? 1 : 0;
    }
    assertThat(small).isBetween(0, 10); // 4 expected; more than 10 once in a thousand
  }

  @Test
  void informationOfKnownTables() {
    assertThat(DomainInformation.information(new double[][] {{5, 0}, {0, 5}}))
        .isCloseTo(Math.log(2), within(1e-12));
    assertThat(DomainInformation.information(new double[][] {{2, 4}, {3, 6}}))
        .isCloseTo(0, within(1e-12));
    assertThat(DomainInformation.information(new double[][] {{0, 0}, {3, 6}})).isZero();
    assertThat(DomainInformation.information(new double[0][])).isZero();
    // H(expert) - H(expert | domain), with 6 of 8 and 2 of 4
    double entropy = entropy(8 / 12.0);
    double conditional = 8 / 12.0 * entropy(6 / 8.0) + 4 / 12.0 * entropy(2 / 4.0);
    assertThat(DomainInformation.information(new double[][] {{6, 2}, {2, 2}}))
        .isCloseTo(entropy - conditional, within(1e-12));
  }

  private static double entropy(double p) {
    return -p * Math.log(p) - (1 - p) * Math.log(1 - p);
  }

  /// Expert 0 goes with 1 and 2 with 3, never otherwise.
  @Test
  void companyIsSeenAgainstChance() {
    var router =
        new MadeUpRouting(
            new RoutingShape(1, 4, 2), t -> t % 2 == 0 ? new int[] {0, 1} : new int[] {3, 2});
    var trace = RoutingTrace.of(router, MadeUpRouting.evenAndOdd(4, 10), 10, _ -> {});
    CoActivation even = CoActivation.of(trace, "even", 0);
    assertThat(even.tokens().get(0)).containsExactly(0L, 20L, 0L, 0L);
    assertThat(even.lift().get(0).get(1)).isCloseTo(1, within(1e-9)); // nobody else was there
    assertThat(even.lift().get(2).get(3)).isNaN();
    var both =
        RoutingTrace.of(
            router,
            List.of(new Document("all", IntStream.range(0, 40).toArray())).iterator(),
            40,
            _ -> {});
    CoActivation all = CoActivation.of(both, "all", 0);
    assertThat(all.lift().get(0).get(1)).isCloseTo(3, within(1e-9)); // 20 where 20 / 3 were due
    assertThat(all.lift().get(0).get(2)).isZero();
  }

  /// Loads that differ are no company.
  @Test
  void companyOfUnevenExpertsIsFitted() {
    List<int[]> pairs = new ArrayList<>();
    int[] weights = {1, 2, 3, 4};
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < i; j++) {
        for (int n = 0; n < weights[i] * weights[j]; n++) {
          pairs.add(new int[] {i, j});
        }
      }
    }
    var trace =
        RoutingTrace.of(
            new MadeUpRouting(new RoutingShape(1, 4, 2), pairs::get),
            List.of(new Document("a", IntStream.range(0, pairs.size()).toArray())).iterator(),
            100,
            _ -> {});
    List<List<Double>> lift = CoActivation.of(trace, "a", 0).lift();
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < i; j++) {
        assertThat(lift.get(i).get(j)).isCloseTo(1, within(1e-6));
      }
    }
  }

  @Test
  void littleTextGivesNoNumbersRatherThanWrongOnes() {
    var documents =
        List.of(
                new Document("one", new int[] {4}),
                new Document("none", new int[0]),
                new Document("two", new int[] {1, 2}))
            .iterator();
    var trace = RoutingTrace.of(MadeUpRouting.random(MIXTRAL, 6), documents, 8, _ -> {});
    var statistics = RoutingStatistics.of(trace, 5, 7);
    assertThat(trace.domains()).containsExactly("one", "none", "two");
    assertThat(trace.emptyDocuments("none")).isEqualTo(1);
    assertThat(statistics.repetition("one", 0).first().value()).isNaN();
    assertThat(statistics.repetition("two", 0).pairs()).isEqualTo(1);
    assertThat(statistics.repetition("two", 0).first().standardError()).isNaN();
    assertThat(statistics.shares("none", 2, Choice.ANY).shares().get(0).value()).isNaN();
    assertThat(statistics.balance().get(3).entropy()).isNaN();
    assertThat(statistics.domains().get(1).tokens()).isZero();
    assertThatThrownBy(() -> statistics.repetition("three", 0))
        .isInstanceOf(EvaluationException.class)
        .hasMessageContaining("nothing was routed of three in layer 0; there are [one, none, two]");
    assertThatThrownBy(() -> trace.together("three", 0, 0, 0))
        .hasMessageContaining("no document of the domain three");
  }

  @Test
  void noDocumentsAtAllIsNoError() {
    var trace =
        RoutingTrace.of(
            MadeUpRouting.random(MIXTRAL, 8), new ArrayList<Document>().iterator(), 8, _ -> {});
    var statistics = RoutingStatistics.of(trace, 5, 9);
    assertThat(statistics.domains()).isEmpty();
    assertThat(statistics.information()).allSatisfy(l -> assertThat(l.pValue()).isEqualTo(1));
  }

  @Test
  void theErrorOfARatioIsThatOfDocuments() {
    Estimate ratio = Estimate.ratio(new double[] {3, 1, 2}, new double[] {10, 10, 10});
    assertThat(ratio.value()).isCloseTo(0.2, within(1e-12));
    // the standard error of the mean of .3, .1, .2
    assertThat(ratio.standardError()).isCloseTo(0.1 / Math.sqrt(3), within(1e-12));
    assertThat(Estimate.ratio(new double[] {3}, new double[] {10}).standardError()).isNaN();
    assertThat(Estimate.ratio(new double[0], new double[0]).value()).isNaN();
  }

  @Test
  void nonsenseIsRefused() {
    assertThatThrownBy(() -> new RoutingShape(2, 0, 0))
        .isInstanceOf(EvaluationException.class)
        .hasMessageContaining("a dense model has no routing");
    assertThatThrownBy(() -> new RoutingShape(2, 4, 5)).isInstanceOf(EvaluationException.class);
    var none = new ArrayList<Document>().iterator();
    assertThatThrownBy(() -> RoutingTrace.of(MadeUpRouting.random(MIXTRAL, 1), none, 0, _ -> {}))
        .hasMessage("expected windows of at least 1 token, found 0");
    var trace = RoutingTrace.of(MadeUpRouting.random(MIXTRAL, 1), none, 1, _ -> {});
    assertThatThrownBy(() -> RoutingStatistics.of(trace, 0, 1))
        .hasMessage("expected at least 1 permutation, found 0");
  }
}
