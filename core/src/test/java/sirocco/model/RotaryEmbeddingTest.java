package sirocco.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.lang.foreign.Arena;
import java.util.Objects;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.Rope;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Frequencies against transformers' own: the last bit counts at far positions.
class RotaryEmbeddingTest {
  @Test
  void frequenciesAreThoseOfTransformers() throws Exception {
    try (InputStream file =
        Objects.requireNonNull(getClass().getResourceAsStream("rotary-frequencies.json"))) {
      for (JsonNode golden : JsonMapper.shared().readTree(file)) {
        int headDim = golden.get("head_dim").intValue();
        var rope = new Rope(golden.get("theta").doubleValue(), scaling(golden.get("scaling")));
        var rotary = new RotaryEmbedding(config(headDim, rope), Rope.Layout.HALVES);
        int off = 0;
        for (int i = 0; i < headDim / 2; i++) {
          float expected = golden.get("frequencies").get(i).floatValue();
          assertThat(Math.abs(rotary.frequency(i) - expected))
              .isLessThanOrEqualTo(Math.ulp(expected));
          off += rotary.frequency(i) == expected ? 0 : 1;
        }
        // torch's float32 power is not always rounded to nearest
        assertThat(off).as(golden.get("scaling").toString()).isLessThanOrEqualTo(3);
      }
    }
  }

  @Test
  void aPairTurnsByPositionTimesFrequency() {
    var rotary =
        new RotaryEmbedding(config(8, new Rope(1e4, new Rope.Scaling.None())), Rope.Layout.HALVES);
    try (Arena arena = Arena.ofConfined()) {
      Tensor cosSin = Tensor.floats(Shape.of(2, 4, 2), arena);
      rotary.angles(30000, cosSin, 1);
      for (int i = 0; i < 4; i++) {
        float angle = 30000 * rotary.frequency(i);
        assertThat(cosSin.getFloat(8 + 2 * i)).isEqualTo((float) Math.cos(angle));
        assertThat(cosSin.getFloat(8 + 2 * i + 1)).isEqualTo((float) Math.sin(angle));
      }
      assertThat(cosSin.getFloat(0)).isZero();
    }
  }

  private static Rope.Scaling scaling(JsonNode json) {
    return switch (json.get("rope_type").asString()) {
      case "default" -> new Rope.Scaling.None();
      case "linear" -> new Rope.Scaling.Linear(json.get("factor").doubleValue());
      case "llama3" ->
          new Rope.Scaling.Llama3(
              json.get("factor").doubleValue(),
              json.get("low_freq_factor").doubleValue(),
              json.get("high_freq_factor").doubleValue(),
              json.get("original_max_position_embeddings").intValue());
      default -> throw new IllegalArgumentException(json.toString());
    };
  }

  private static ModelConfig config(int headDim, Rope rope) {
    return new ModelConfig(
        ModelConfig.Architecture.LLAMA,
        50,
        24,
        20,
        1,
        4,
        2,
        headDim,
        0,
        0,
        1e-5f,
        rope,
        OptionalInt.empty(),
        1 << 17,
        false);
  }
}
