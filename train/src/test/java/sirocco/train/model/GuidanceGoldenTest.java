package sirocco.train.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Checkpoints;
import sirocco.checkpoint.SafetensorsFile;
import sirocco.testkit.Configs;
import sirocco.train.data.Batch;
import sirocco.train.guidance.Look;
import sirocco.train.guidance.Pieces;
import sirocco.train.guidance.Words;
import sirocco.train.torch.Torch;

/// Guided heads and probes: losses and gradients equal those of transformers with torch's autograd
/// (`tools/goldens/guidance_goldens.py`).
final class GuidanceGoldenTest {
  private static final double WEIGHT = 0.3;
  private static final double PROBE_WEIGHT = 0.1;
  private static final List<Guidance.Guide> GUIDES =
      List.of(
          new Guidance.Guide(Look.PREVIOUS_TOKEN, 1, 0, List.of(1, 3), 0),
          new Guidance.Guide(Look.SENTENCE_START, 1, 1, List.of(0), 0),
          new Guidance.Guide(Look.SENTENCE_START, 1, 0, List.of(), 1));

  /// Token 5 ends a sentence, others do not.
  private static final Pieces PIECES =
      new Pieces(
          Words.tokenizer(
              IntStream.range(5, 24)
                  .mapToObj(id -> id == 5 ? "." : "x" + id)
                  .toArray(String[]::new)));

  static List<GradientCases.Case> goldens() {
    return GradientCases.committed().stream().filter(golden -> Files.exists(file(golden))).toList();
  }

  private static Path file(GradientCases.Case golden) {
    return golden.model().resolve("guidance.safetensors");
  }

  @Test
  void thereAreGoldens() {
    assertThat(goldens()).hasSize(3);
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void lossesAndGradientsAreTheirs(GradientCases.Case golden) {
    try (Checkpoint checkpoint = Checkpoints.open(golden.model());
        SafetensorsFile expected = SafetensorsFile.open(file(golden))) {
      for (boolean recompute : new boolean[] {false, true}) {
        TrainableModel model = Fixtures.model(checkpoint, Precision.FLOAT32);
        Guidance guidance = new Guidance(model.config(), GUIDES, WEIGHT, PROBE_WEIGHT, PIECES, 1);
        Parameter probe = guidance.parameters().getFirst();
        set(probe, expected.tensor("probe").toFloats());

        Gradients.Step<Double> step = step(model, guidance, recompute, batch(expected));

        assertThat(guidance.names())
            .containsExactly(
                "previous-token in layer 0",
                "sentence-start in layer 1",
                "sentence-start in layer 0",
                "sentence-start in layer 0, probe");
        assertThat(step.guidance()[0]).isCloseTo(number(expected, "previous"), within(1e-5));
        assertThat(step.guidance()[1]).isCloseTo(number(expected, "start"), within(1e-5));
        assertThat(step.guidance()[2]).isNaN();
        assertThat(step.guidance()[3]).isCloseTo(number(expected, "probed"), within(1e-5));
        Map<String, float[]> gradients = Fixtures.gradients(model);
        gradients.forEach((name, gradient) ->
            assertThat(Fixtures.distance(gradient, expected.tensor("grad." + name).toFloats()))
                .as(name)
                .isLessThan(1e-4));
        try (var _ = new PointerScope()) {
          float[] gradient = Torch.toFloats(probe.value().grad());
          assertThat(Fixtures.distance(gradient, expected.tensor("probe_grad").toFloats()))
              .isLessThan(1e-4);
        }
      }
    }
  }

  private static Gradients.Step<Double> step(
      TrainableModel model, Guidance guidance, boolean recompute, Batch batch) {
    return new Gradients(Balance.OFF, recompute, Optional.of(guidance))
        .add(
            model,
            batch,
            new Gradients.Totals(Math.max(1, batch.learned()), batch.tokens()),
            new CrossEntropy());
  }

  private static Batch batch(SafetensorsFile expected) {
    int[] ids = GradientCases.integers(expected.tensor("batch"));
    int[] targets = ids.clone();
    Arrays.fill(targets, Batch.NONE);
    return new Batch(ids, targets, new int[] {0, ids.length});
  }

  private static void set(Parameter probe, float[] numbers) {
    MemorySegment.copy(
        numbers, 0, Torch.memory(probe.value()), ValueLayout.JAVA_FLOAT, 0, numbers.length);
  }

  private static double number(SafetensorsFile expected, String name) {
    return expected.tensor(name).getFloat(0);
  }

  /// Heads that are told where to look soon look there.
  @Test
  void headsLearnIt() {
    TrainableModel model = Fixtures.random(Configs.mixtral(4, 2), 3);
    var guide = new Guidance.Guide(Look.PREVIOUS_TOKEN, 1, 1, List.of(0), 1);
    var guidance = new Guidance(model.config(), List.of(guide), 1, 1, PIECES, 1);
    Batch batch = Fixtures.rows(IntStream.range(0, 12).map(t -> 6 + t * 7 % 17).toArray(), 12);
    double first = step(model, guidance, false, batch).guidance()[0];
    double last = first;
    for (int i = 0; i < 150; i++) {
      Fixtures.descend(model, 0.1);
      last = step(model, guidance, false, batch).guidance()[0];
    }
    assertThat(last).isLessThan(first / 2);
  }

  /// The second probe of a sentence's first token asks what one of its second token does.
  @Test
  void anotherProbeAsksForTheTokenBehind() {
    TrainableModel model = Fixtures.random(Configs.mixtral(4, 2), 3);
    Guidance first = guidance(model, new Guidance.Guide(Look.SENTENCE_START, 1, 0, List.of(), 2));
    Guidance second = guidance(model, new Guidance.Guide(Look.SENTENCE_START, 2, 0, List.of(), 1));
    Batch batch = Fixtures.rows(new int[] {6, 13, 9, 5, 17, 20, 8, 5, 11, 7, 14}, 11);
    set(second.parameters().getFirst(), Torch.toFloats(first.parameters().getLast().value()));
    double[] asked = step(model, first, false, batch).guidance();
    double[] alone = step(model, second, false, batch).guidance();
    assertThat(asked[2]).isCloseTo(alone[1], within(1e-6));
    assertThat(asked[1]).isNotCloseTo(asked[2], within(1e-3));
  }

  private static Guidance guidance(TrainableModel model, Guidance.Guide guide) {
    return new Guidance(model.config(), List.of(guide), 1, 1, PIECES, 1);
  }
}
