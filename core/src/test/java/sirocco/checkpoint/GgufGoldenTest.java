package sirocco.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sirocco.tensor.DType;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;
import sirocco.testkit.Shared;
import sirocco.text.Vocabulary;

/// The GGUF files of the reference cases: their configuration is that of the generator's source,
/// every role is there.
final class GgufGoldenTest {
  @ParameterizedTest
  @CsvSource({
    "gguf-merged-bf16, BF16",
    "gguf-merged-iq4_nl, IQ4_NL",
    "gguf-merged-q2_k, Q2_K",
    "gguf-merged-q4_0, Q4_0",
    "gguf-merged-q4_k, Q4_K",
    "gguf-merged-q6_k, Q6_K",
    "gguf-merged-q8_0, Q8_0",
    "gguf-split-f16, F16"
  })
  void everyReferenceFileOpens(String folder, DType type) {
    try (var checkpoint =
        GgufCheckpoint.open(Shared.require("goldens/" + folder + "/model.gguf"))) {
      ModelConfig config = checkpoint.config();
      assertThat(config.architecture()).isEqualTo(ModelConfig.Architecture.MIXTRAL);
      assertThat(config.numLocalExperts()).isEqualTo(4);
      assertThat(config.numExpertsPerTok()).isEqualTo(2);
      assertThat(checkpoint.ropeLayout()).isEqualTo(Rope.Layout.NEIGHBOURS);
      for (GgufLayout.Slot slot : GgufLayout.of(config)) {
        for (Role role : slot.roles()) {
          assertThat(checkpoint.has(role)).isTrue();
          Tensor weight = checkpoint.weight(role);
          assertThat(weight.shape()).isEqualTo(Roles.shape(role, config));
          readAll(weight);
        }
      }
      assertThat(checkpoint.weight(new Role.Expert(1, 3, Role.Part.DOWN)).dtype()).isEqualTo(type);
      assertThat(checkpoint.weight(new Role.Layer(0, Role.Part.ATTENTION_NORM)).dtype())
          .isEqualTo(DType.F32);
    }
  }

  @Test
  void vocabularyAndControlTokens() {
    try (var checkpoint =
        GgufCheckpoint.open(Shared.require("goldens/gguf-merged-q8_0/model.gguf"))) {
      Vocabulary vocabulary = checkpoint.vocabulary().orElseThrow();
      assertThat(vocabulary.kind()).isEqualTo(Vocabulary.Kind.SENTENCEPIECE_BPE);
      assertThat(vocabulary.tokens()).hasSize(checkpoint.config().vocabSize());
      assertThat(vocabulary.tokens().get(3))
          .isEqualTo(new Vocabulary.Token("<0x00>", 0, Vocabulary.Type.BYTE));
      assertThat(checkpoint.bosToken()).isEqualTo(OptionalInt.of(1));
      assertThat(checkpoint.eosTokens()).containsExactly(2);
    }
  }

  @Test
  void expertsShareTheFilesMemory() {
    try (var checkpoint =
        GgufCheckpoint.open(Shared.require("goldens/gguf-merged-q4_0/model.gguf"))) {
      Tensor first = checkpoint.weight(new Role.Expert(0, 0, Role.Part.GATE));
      Tensor second = checkpoint.weight(new Role.Expert(0, 1, Role.Part.GATE));
      assertThat(second.data().address() - first.data().address())
          .isEqualTo(first.data().byteSize());
      assertThat(first.shape()).isNotEqualTo(Shape.of(0));
    }
  }

  private static void readAll(Tensor tensor) {
    long sum = 0;
    for (long i = 0; i < tensor.data().byteSize(); i++) {
      sum += tensor.data().get(ValueLayout.JAVA_BYTE, i);
    }
    assertThat(sum).isNotZero();
  }
}
