package sirocco.train.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Checkpoints;
import sirocco.checkpoint.SafetensorsFile;
import sirocco.tensor.Tensor;
import sirocco.train.data.Batch;
import sirocco.train.data.Example;
import sirocco.train.model.Balance;
import sirocco.train.model.Fixtures;
import sirocco.train.model.GradientCases;
import sirocco.train.model.Gradients;
import sirocco.train.model.Precision;
import sirocco.train.model.TrainableModel;

/// Log-probabilities, losses and gradient norms equal those of transformers with torch's autograd.
final class DpoGoldenTest {
  static List<GradientCases.Case> shared() {
    return GradientCases.shared("dpo.loss");
  }

  static List<GradientCases.Case> committed() {
    return GradientCases.committed();
  }

  @ParameterizedTest
  @MethodSource
  void shared(GradientCases.Case golden) {
    compare(golden, Dpo.Form.SIGMOID, 0, "dpo.");
  }

  @ParameterizedTest
  @MethodSource
  void committed(GradientCases.Case golden) {
    compare(golden, Dpo.Form.SIGMOID, 0, "dpo.sigmoid.");
    compare(golden, Dpo.Form.SIGMOID, 0.1, "dpo.smoothed.");
    compare(golden, Dpo.Form.IPO, 0, "dpo.ipo.");
  }

  private static void compare(
      GradientCases.Case golden, Dpo.Form form, double smoothing, String key) {
    try (Checkpoint checkpoint = Checkpoints.open(golden.model());
        SafetensorsFile expected = SafetensorsFile.open(golden.expected())) {
      Batch batch = pairs(expected);
      float[] reference = expected.tensor("dpo.reference_logps").toFloats();
      float[] policy = expected.tensor("dpo.policy_logps").toFloats();
      int pairs = reference.length / 2;
      double beta = expected.tensor("dpo.beta").getFloat(0);
      Dpo dpo = new Dpo(form, beta, smoothing, _ -> interleaved(reference));
      for (boolean recompute : new boolean[] {false, true}) {
        TrainableModel model = Fixtures.model(checkpoint, Precision.FLOAT32);
        var totals = new Gradients.Totals(pairs, batch.tokens());
        Preferences found =
            new Gradients(Balance.OFF, recompute).add(model, batch, totals, dpo).loss();
        for (int p = 0; p < pairs; p++) {
          Preferences.Pair pair = found.pairs().get(p);
          assertThat(pair.policyChosen()).isCloseTo(policy[p], within(1e-4));
          assertThat(pair.policyRejected()).isCloseTo(policy[pairs + p], within(1e-4));
        }
        double loss = expected.tensor(key + "loss").getFloat(0);
        assertThat(found.loss()).isCloseTo(loss, within(1e-4 * Math.max(1, loss)));
        double norm = expected.tensor(key + "grad_norm").getFloat(0);
        assertThat(Fixtures.norm(model)).isCloseTo(norm, within(1e-4 * norm));
      }
    }
  }

  private static double[] interleaved(float[] chosenFirst) {
    int pairs = chosenFirst.length / 2;
    double[] values = new double[chosenFirst.length];
    for (int p = 0; p < pairs; p++) {
      values[2 * p] = chosenFirst[p];
      values[2 * p + 1] = chosenFirst[pairs + p];
    }
    return values;
  }

  private static Batch pairs(SafetensorsFile expected) {
    int[] chosen = GradientCases.integers(expected.tensor("dpo.chosen"));
    int[] rejected = GradientCases.integers(expected.tensor("dpo.rejected"));
    int[] prompt = GradientCases.integers(expected.tensor("dpo.prompt_length"));
    Tensor tensor = expected.tensor("dpo.chosen");
    int length = Math.toIntExact(tensor.shape().extent(1));
    List<Example> examples = new ArrayList<>();
    for (int p = 0; p * length < chosen.length; p++) {
      for (int[] answers : List.of(chosen, rejected)) {
        boolean[] learned = new boolean[length];
        Arrays.fill(learned, prompt[p], length, true);
        int[] ids = Arrays.copyOfRange(answers, p * length, (p + 1) * length);
        examples.add(new Example(ids, learned, "test"));
      }
    }
    return Batch.of(examples);
  }

  @ParameterizedTest
  @CsvSource({
    "SIGMOID, 0, 0, beta: expected a positive number",
    "SIGMOID, NaN, 0, beta: expected a positive number",
    "SIGMOID, 0.1, 0.6, label smoothing: expected 0 to 0.5",
    "IPO, 0.1, 0.1, label smoothing: the loss ipo has none"
  })
  void settingsOutOfRange(Dpo.Form form, double beta, double smoothing, String message) {
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> new Dpo(form, beta, smoothing, _ -> new double[0]))
        .isInstanceOf(ObjectiveException.class)
        .hasMessageStartingWith(message);
  }
}
