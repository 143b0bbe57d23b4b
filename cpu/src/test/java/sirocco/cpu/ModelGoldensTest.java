package sirocco.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Checkpoints;
import sirocco.checkpoint.SafetensorsFile;
import sirocco.model.Batch;
import sirocco.model.KvCache;
import sirocco.model.Model;
import sirocco.model.ModelOptions;
import sirocco.model.Models;
import sirocco.model.Output;
import sirocco.model.Routing;
import sirocco.model.Workspace;
import sirocco.tensor.Kernels;
import sirocco.tensor.Tensor;
import sirocco.testkit.Goldens;
import sirocco.testkit.Goldens.Case;

/// Whole models on these kernels give the logits, router logits and greedy continuations of an
/// independent implementation: those in Java within the tolerance that the scalar kernels are held
/// to, those in C, which round activations to 16 bits, within [#ROUNDED].
class ModelGoldensTest {
  private static final double ROUNDED = 1e-3;

  private static final Kernels IN_JAVA = VectorKernels.inJava(2);
  private static final Kernels USUAL = new VectorKernels(2);

  @AfterAll
  static void close() {
    IN_JAVA.close();
    USUAL.close();
  }

  static List<Case> committed() {
    return Goldens.committed();
  }

  @ParameterizedTest
  @MethodSource("committed")
  void inJava(Case golden) {
    check(golden, IN_JAVA, golden.tolerance());
  }

  @ParameterizedTest
  @MethodSource("committed")
  void usual(Case golden) {
    check(golden, USUAL, Math.max(golden.tolerance(), ROUNDED));
  }

  private static void check(Case golden, Kernels kernels, double tolerance) {
    try (Checkpoint checkpoint = Checkpoints.open(golden.model());
        SafetensorsFile expected = SafetensorsFile.open(golden.expected());
        Workspace workspace = new Workspace()) {
      Model model = Models.load(checkpoint, ModelOptions.DEFAULT, kernels);
      int[] tokens = golden.tokens();
      try (KvCache cache = model.newCache(tokens.length, KvCache.Precision.F32)) {
        Output output = model.forward(Batch.prompt(cache, tokens, Batch.Rows.ALL), workspace);
        assertClose(
            output.logits().toFloats(), expected.tensor("logits"), tolerance, golden + ": logits");
        for (int layer = 0; layer < output.routings().size(); layer++) {
          String name = "router_" + layer;
          assertClose(
              logits(output.routings().get(layer)),
              expected.tensor(name),
              tolerance,
              golden + ": " + name);
        }
      }
      assertThat(greedy(model, golden, workspace)).isEqualTo(ids(expected.tensor("greedy")));
    }
  }

  private static void assertClose(float[] actual, Tensor expected, double tolerance, String what) {
    float[] values = expected.toFloats();
    assertThat(actual).as(what).hasSameSizeAs(values);
    double worst = 0;
    for (int i = 0; i < actual.length; i++) {
      worst = Math.max(worst, Math.abs(actual[i] - values[i]));
    }
    assertThat(worst).as(what).isLessThanOrEqualTo(tolerance);
  }

  private static float[] logits(Routing routing) {
    float[] logits = new float[routing.rows() * routing.experts()];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = routing.logit(i / routing.experts(), i % routing.experts());
    }
    return logits;
  }

  private static int[] greedy(Model model, Case golden, Workspace workspace) {
    int[] chosen = new int[golden.greedySteps()];
    int[] next = Arrays.copyOf(golden.tokens(), golden.promptLength());
    try (KvCache cache =
        model.newCache(golden.promptLength() + chosen.length, KvCache.Precision.F32)) {
      for (int step = 0; step < chosen.length; step++) {
        Batch batch =
            step == 0
                ? Batch.prompt(cache, next, Batch.Rows.LAST)
                : Batch.step(cache, next, Batch.Rows.LAST);
        float[] logits = model.forward(batch, workspace).logits().toFloats();
        int best = 0;
        for (int id = 1; id < logits.length; id++) {
          best = logits[id] > logits[best] ? id : best;
        }
        chosen[step] = best;
        next = new int[] {best};
      }
    }
    return chosen;
  }

  private static int[] ids(Tensor tensor) {
    return IntStream.range(0, Math.toIntExact(tensor.shape().elements()))
        .map(i -> tensor.data().get(Tensor.INT, (long) i * Integer.BYTES))
        .toArray();
  }
}
