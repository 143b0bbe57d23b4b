package sirocco.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Checkpoints;
import sirocco.checkpoint.SafetensorsFile;
import sirocco.tensor.ScalarBackend;
import sirocco.tensor.Tensor;
import sirocco.testkit.Goldens;
import sirocco.testkit.Goldens.Case;

/// Logits, router logits and greedy continuations equal an independent implementation's: Hugging
/// Face transformers in float32, on weights of every type, layout and family.
class GoldenLogitsTest {
  static List<Case> committed() {
    return Goldens.committed();
  }

  static List<Case> shared() {
    return Goldens.all();
  }

  @ParameterizedTest
  @MethodSource
  void committed(Case golden) {
    compare(golden);
  }

  @ParameterizedTest
  @MethodSource
  void shared(Case golden) {
    compare(golden);
  }

  private static void compare(Case golden) {
    try (Checkpoint checkpoint = Checkpoints.open(golden.model());
        SafetensorsFile expected = SafetensorsFile.open(golden.expected());
        Workspace workspace = new Workspace()) {
      Model model = Models.load(checkpoint, ModelOptions.DEFAULT, new ScalarBackend().open());
      int[] tokens = golden.tokens();
      try (KvCache cache = model.newCache(tokens.length, KvCache.Precision.F32)) {
        Output output = model.forward(Batch.prompt(cache, tokens, Batch.Rows.ALL), workspace);
        assertClose(output.logits().toFloats(), expected.tensor("logits"), golden, "logits");
        for (int layer = 0; layer < output.routings().size(); layer++) {
          String name = "router_" + layer;
          assertClose(logits(output.routings().get(layer)), expected.tensor(name), golden, name);
        }
        assertThat(output.routings().size())
            .isEqualTo(
                expected.entries().stream().filter(e -> e.name().startsWith("router_")).count());
      }
      assertThat(greedy(model, golden, workspace)).isEqualTo(ids(expected.tensor("greedy")));
    }
  }

  private static void assertClose(float[] actual, Tensor expected, Case golden, String what) {
    float[] values = expected.toFloats();
    assertThat(actual).as("%s: %s", golden, what).hasSameSizeAs(values);
    double worst =
        IntStream.range(0, actual.length)
            .mapToDouble(i -> Math.abs(actual[i] - values[i]))
            .max()
            .orElseThrow();
    assertThat(worst).as("%s: %s", golden, what).isLessThanOrEqualTo(golden.tolerance());
  }

  private static float[] logits(Routing routing) {
    float[] logits = new float[routing.rows() * routing.experts()];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = routing.logit(i / routing.experts(), i % routing.experts());
    }
    return logits;
  }

  /// Token after token from the prompt, through the cache.
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
