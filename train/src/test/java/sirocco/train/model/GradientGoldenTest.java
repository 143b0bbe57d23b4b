package sirocco.train.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Checkpoints;
import sirocco.checkpoint.SafetensorsFile;
import sirocco.tensor.Tensor;
import sirocco.train.data.Batch;

/// Losses and every gradient equal those of Hugging Face transformers with torch's autograd.
final class GradientGoldenTest {
  private static final double COEFFICIENT = 0.02;

  static List<GradientCases.Case> committed() {
    return GradientCases.committed();
  }

  static List<GradientCases.Case> shared() {
    return GradientCases.shared("batch");
  }

  @ParameterizedTest
  @MethodSource
  void committed(GradientCases.Case golden) {
    compare(golden);
  }

  @ParameterizedTest
  @MethodSource
  void shared(GradientCases.Case golden) {
    compare(golden);
  }

  private static void compare(GradientCases.Case golden) {
    try (Checkpoint checkpoint = Checkpoints.open(golden.model());
        SafetensorsFile expected = SafetensorsFile.open(golden.expected())) {
      for (boolean recompute : new boolean[] {false, true}) {
        TrainableModel model = Fixtures.model(checkpoint, Precision.FLOAT32);
        Balance balance = new Balance(Balance.Form.HF_POOLED, COEFFICIENT, 0);
        Tensor ids = expected.tensor("batch");
        Batch batch =
            Fixtures.rows(GradientCases.integers(ids), Math.toIntExact(ids.shape().extent(1)));
        Gradients.Sums sums =
            new Gradients(balance, recompute).add(model, batch, Fixtures.totals(batch));
        double aux = model.config().isMixture() ? expected.tensor("aux_loss").getFloat(0) : 0;
        assertThat(sums.balanceLoss()).isCloseTo(aux, within(1e-5));
        assertThat(sums.crossEntropy() / sums.learned() + COEFFICIENT * sums.balanceLoss())
            .isCloseTo(expected.tensor("loss").getFloat(0), within(1e-5));
        compare(Fixtures.gradients(model), expected);
      }
    }
  }

  private static void compare(Map<String, float[]> gradients, SafetensorsFile expected) {
    List<String> names =
        expected.entries().stream()
            .map(Checkpoint.Entry::name)
            .filter(name -> name.startsWith("grad."))
            .map(name -> name.substring("grad.".length()))
            .toList();
    assertThat(gradients.keySet()).containsExactlyInAnyOrderElementsOf(names);
    gradients.forEach((name, gradient) ->
        assertThat(Fixtures.distance(gradient, expected.tensor("grad." + name).toFloats()))
            .as(name)
            .isLessThan(1e-4));
  }
}
