package sirocco.train.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sirocco.checkpoint.ModelConfig;
import sirocco.testkit.Configs;
import sirocco.testkit.RandomCheckpoint;
import sirocco.train.data.Batch;
import sirocco.train.data.Example;

/// What gradients must not depend on: packing, the cut into micro-batches, recomputation.
final class GradientsTest {
  private static final Gradients PLAIN = new Gradients(Balance.OFF, false);

  static Stream<ModelConfig> configs() {
    return Stream.of(
        Configs.mixtral(5, 2),
        Configs.mistral(OptionalInt.empty()),
        Configs.mistral(OptionalInt.of(6)));
  }

  @ParameterizedTest
  @MethodSource("configs")
  void packedEqualsUnpacked(ModelConfig config) {
    List<Example> examples = Fixtures.examples(config.vocabSize(), 4, 11, 1, 17, 7);
    Batch packed = Batch.of(examples);
    TrainableModel together = Fixtures.random(config, 5);
    float[] logits = Fixtures.logits(together, packed);
    PLAIN.add(together, packed, Fixtures.totals(packed));

    TrainableModel single = Fixtures.random(config, 5);
    for (int s = 0; s < examples.size(); s++) {
      Batch alone = Batch.of(List.of(examples.get(s)));
      int from = packed.starts()[s] * config.vocabSize();
      int to = packed.starts()[s + 1] * config.vocabSize();
      assertThat(
              Fixtures.distance(
                  Fixtures.logits(single, alone), Arrays.copyOfRange(logits, from, to)))
          .isLessThan(1e-5);
      PLAIN.add(single, alone, Fixtures.totals(packed));
    }
    assertSame(Fixtures.gradients(single), Fixtures.gradients(together), 1e-5);
  }

  @ParameterizedTest
  @MethodSource("configs")
  void microBatchesMayBeCutAnywhere(ModelConfig config) {
    Balance balance = new Balance(Balance.Form.PER_LAYER, 0, 1e-2);
    List<Example> examples = Fixtures.examples(config.vocabSize(), 6, 9, 13, 4, 21, 8);
    Batch whole = Batch.of(examples);
    TrainableModel once = Fixtures.random(config, 7);
    Gradients gradients = new Gradients(balance, false);
    double sum = gradients.add(once, whole, Fixtures.totals(whole)).crossEntropy();
    for (int cut = 1; cut < examples.size(); cut++) {
      TrainableModel twice = Fixtures.random(config, 7);
      double sums = 0;
      for (List<Example> part :
          List.of(examples.subList(0, cut), examples.subList(cut, examples.size()))) {
        sums += gradients.add(twice, Batch.of(part), Fixtures.totals(whole)).crossEntropy();
      }
      assertSame(Fixtures.gradients(twice), Fixtures.gradients(once), 1e-5);
      assertThat(sums).isCloseTo(sum, within(1e-5 * sum));
    }
  }

  @ParameterizedTest
  @MethodSource("configs")
  void recomputedEqualsKept(ModelConfig config) {
    Batch batch = Batch.of(Fixtures.examples(config.vocabSize(), 8, 12, 30, 5));
    for (Balance.Form form : Balance.Form.values()) {
      Balance balance = new Balance(form, 0.05, 1e-3);
      TrainableModel kept = Fixtures.random(config, 9);
      TrainableModel again = Fixtures.random(config, 9);
      var first = new Gradients(balance, false).add(kept, batch, Fixtures.totals(batch));
      var second = new Gradients(balance, true).add(again, batch, Fixtures.totals(batch));
      assertSame(Fixtures.gradients(again), Fixtures.gradients(kept), 1e-6);
      assertThat(second.crossEntropy()).isEqualTo(first.crossEntropy());
      assertThat(second.balanceLoss()).isEqualTo(first.balanceLoss());
      assertThat(second.counts()).isDeepEqualTo(first.counts());
    }
  }

  /// The head works in chunks of targets: where they lie must not matter.
  @Test
  void gradientsAreAddedUpOverTargets() {
    ModelConfig config = Configs.mixtral(3, 2);
    Batch all = Batch.of(Fixtures.examples(config.vocabSize(), 12, 1000, 800));
    int[] first = all.targets().clone();
    int[] second = all.targets().clone();
    for (int t = 0; t < all.tokens(); t++) {
      (t < 1300 ? second : first)[t] = Batch.NONE;
    }
    TrainableModel once = Fixtures.random(config, 13);
    TrainableModel twice = Fixtures.random(config, 13);
    PLAIN.add(once, all, Fixtures.totals(all));
    PLAIN.add(twice, new Batch(all.ids(), first, all.starts()), Fixtures.totals(all));
    PLAIN.add(twice, new Batch(all.ids(), second, all.starts()), Fixtures.totals(all));
    assertThat(all.learned()).isGreaterThan(1024);
    assertSame(Fixtures.gradients(twice), Fixtures.gradients(once), 1e-5);
  }

  @Test
  void nothingLearnedLeavesTheRoutersLosses() {
    Batch batch = Fixtures.rows(new int[] {3, 4, 5}, 1);
    for (boolean recompute : new boolean[] {false, true}) {
      TrainableModel model = Fixtures.random(Configs.mixtral(4, 2), 3);
      var balance = new Balance(Balance.Form.PER_LAYER, 1, 0);
      var sums = new Gradients(balance, recompute).add(model, batch, new Gradients.Totals(1, 3));
      assertThat(sums.crossEntropy()).isZero();
      Map<String, float[]> gradients = Fixtures.gradients(model);
      assertThat(gradients.get("lm_head.weight")).containsOnly(0);
      assertThat(Fixtures.norm(model)).isPositive();
    }
  }

  @Test
  void aFrozenRouterHasNoGradient() {
    ModelConfig config = Configs.mixtral(4, 2);
    Batch batch = Batch.of(Fixtures.examples(config.vocabSize(), 2, 20));
    for (boolean recompute : new boolean[] {false, true}) {
      TrainableModel free = Fixtures.random(config, 1);
      TrainableModel frozen = Fixtures.random(config, 1);
      frozen.freezeRouters();
      new Gradients(Balance.OFF, recompute).add(free, batch, Fixtures.totals(batch));
      new Gradients(Balance.OFF, recompute).add(frozen, batch, Fixtures.totals(batch));
      Map<String, float[]> expected = Fixtures.gradients(free);
      Fixtures.gradients(frozen)
          .forEach((name, gradient) -> {
            if (name.endsWith("block_sparse_moe.gate.weight")) {
              assertThat(gradient).as(name).containsOnly(0);
              assertThat(Fixtures.distance(expected.get(name), gradient)).isPositive();
            } else {
              assertThat(Fixtures.distance(gradient, expected.get(name))).isLessThan(1e-6);
            }
          });
    }
  }

  @ParameterizedTest
  @MethodSource("configs")
  void bfloat16IsClose(ModelConfig config) {
    Batch batch = Batch.of(Fixtures.examples(config.vocabSize(), 3, 24, 40));
    try (var checkpoint = new RandomCheckpoint(config, 11)) {
      TrainableModel exact = Fixtures.model(checkpoint, Precision.FLOAT32);
      TrainableModel rounded = Fixtures.model(checkpoint, Precision.BFLOAT16);
      double loss = PLAIN.add(exact, batch, Fixtures.totals(batch)).crossEntropy();
      assertThat(PLAIN.add(rounded, batch, Fixtures.totals(batch)).crossEntropy())
          .isCloseTo(loss, within(0.02 * loss));
      float[] gradient = Fixtures.gradients(exact).get("lm_head.weight");
      assertThat(Fixtures.distance(Fixtures.gradients(rounded).get("lm_head.weight"), gradient))
          .isBetween(1e-6, 0.1);
    }
  }

  private static void assertSame(
      Map<String, float[]> actual, Map<String, float[]> expected, double tolerance) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    actual.forEach((name, gradient) ->
        assertThat(Fixtures.distance(gradient, expected.get(name))).as(name).isLessThan(tolerance));
  }
}
