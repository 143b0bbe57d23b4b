package sirocco.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import sirocco.tensor.Tensor;
import sirocco.tensor.quant.Formats;

/// Random weights of published shapes.
class SyntheticCheckpointTest {
  private static final ModelConfig TINY = shape("mixtral-tiny");

  /// The counts are those of the published files.
  @ParameterizedTest
  @CsvSource({
    "mistral-7b, 7241732096",
    "mixtral-8x7b, 46702792704",
    "Mixtral-8x22B, 140620634112",
    "mixtral-1b, 1516930048",
    "mixtral-tiny, 29632768"
  })
  void shapesHaveTheParametersThatWerePublished(String name, long parameters) {
    assertThat(Ledger.of(shape(name)).total()).isEqualTo(parameters);
    assertThat(PublishedShape.names()).containsIgnoringCase(name);
  }

  @Test
  void unknownShapesAreAbsent() {
    assertThat(PublishedShape.named("mixtral-9x9b")).isEmpty();
  }

  /// 46.7 billion weights of 4.87 bits.
  @Test
  void theMixtureGivesTheSize() {
    long bytes = SyntheticCheckpoint.bytes(shape("mixtral-8x7b"), QuantizationMixture.Q4_K_M);
    assertThat(bytes / 1e9).isCloseTo(28.45, within(0.05));
  }

  @ParameterizedTest
  @EnumSource
  void everyWeightHasItsShapeItsTypeAndSaneNumbers(QuantizationMixture mixture) {
    try (Checkpoint made = SyntheticCheckpoint.of("tiny", TINY, mixture, 7)) {
      assertThat(made.fileBytes()).isEqualTo(SyntheticCheckpoint.bytes(TINY, mixture));
      assertThat(made.tensors().keySet())
          .containsExactlyInAnyOrderElementsOf(
              GgufLayout.of(TINY).stream().map(GgufLayout.Slot::name).toList());
      for (Role role : Roles.of(TINY).toList()) {
        Tensor weight = made.weight(role);
        assertThat(weight.shape()).isEqualTo(Roles.shape(role, TINY));
        assertThat(weight.dtype()).isEqualTo(mixture.typeOf(role, weight.columns(), TINY));
        checkNumbers(role, numbers(weight));
      }
    }
  }

  /// Twice what deviation says for the types of two bits, which round coarsely.
  private static void checkNumbers(Role role, float[] numbers) {
    double mean = 0;
    double squares = 0;
    for (float number : numbers) {
      assertThat(Float.isFinite(number)).isTrue();
      mean += number / (double) numbers.length;
      squares += (double) number * number / numbers.length;
    }
    boolean norm = Roles.shape(role, TINY).rank() == 1;
    double deviation = norm ? 0.05 : role == Role.Global.EMBEDDING ? 8 : 0.02;
    assertThat(mean).as("mean of %s", role).isCloseTo(norm ? 1 : 0, within(deviation / 4));
    assertThat(Math.sqrt(squares - mean * mean))
        .as("deviation of %s", role)
        .isCloseTo(deviation, within(deviation / 4));
  }

  @Test
  void aSeedGivesTheSameWeightsAgainAndWeightsDiffer() {
    List<Role> roles =
        List.of(
            new Role.Expert(0, 0, Role.Part.UP),
            new Role.Expert(0, 1, Role.Part.UP),
            new Role.Expert(1, 0, Role.Part.UP),
            new Role.Expert(0, 0, Role.Part.GATE));
    try (Checkpoint one = SyntheticCheckpoint.of("a", TINY, QuantizationMixture.Q4_0, 7);
        Checkpoint two = SyntheticCheckpoint.of("b", TINY, QuantizationMixture.Q4_0, 7);
        Checkpoint other = SyntheticCheckpoint.of("c", TINY, QuantizationMixture.Q4_0, 8)) {
      for (Role role : roles) {
        assertThat(one.weight(role).data().mismatch(two.weight(role).data())).isEqualTo(-1);
        assertThat(one.weight(role).data().mismatch(other.weight(role).data())).isNotNegative();
      }
      assertThat(roles.stream().map(r -> numbers(one.weight(r))[0]).distinct())
          .hasSizeGreaterThan(1);
    }
  }

  private static float[] numbers(Tensor weight) {
    float[] numbers = new float[Math.toIntExact(weight.shape().elements())];
    Formats.of(weight.dtype()).decode(weight.data(), 0, numbers, 0, numbers.length);
    return numbers;
  }

  private static ModelConfig shape(String name) {
    return PublishedShape.named(name).orElseThrow().config();
  }
}
