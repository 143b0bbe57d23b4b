package sirocco.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import sirocco.tensor.DType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Each weight gets the type that llama.cpp's own quantiser gave it (mixtures.json, made by
/// tools/goldens/mixture_goldens.py).
class QuantizationMixtureTest {
  @Test
  void typesAreThoseOfLlamaCpp() throws IOException {
    int compared = 0;
    for (Map.Entry<String, JsonNode> shape : goldens().properties()) {
      ModelConfig config = config(shape.getValue());
      for (Map.Entry<String, JsonNode> wanted : shape.getValue().path("types").properties()) {
        QuantizationMixture mixture = QuantizationMixture.named(wanted.getKey()).orElseThrow();
        for (Map.Entry<String, JsonNode> kind : wanted.getValue().properties()) {
          List<String> found = new ArrayList<>();
          List<String> expected = expand(kind.getValue().stringValue());
          long columns =
              kind.getKey().equals("ffn_down") ? config.intermediateSize() : config.hiddenSize();
          for (int layer = 0; layer < expected.size(); layer++) {
            Role role = role(kind.getKey(), layer, config);
            found.add(mixture.typeOf(role, columns, config).name());
          }
          assertThat(found)
              .as("%s of %s as %s", kind.getKey(), shape.getKey(), mixture)
              .isEqualTo(expected);
          compared += expected.size();
        }
      }
    }
    assertThat(compared).isGreaterThan(15_000);
  }

  @Test
  void rowsThatFillNoBlockOf32BecomeHalves() throws IOException {
    ModelConfig config = config(goldens().path("llama tied"));
    for (QuantizationMixture mixture : QuantizationMixture.values()) {
      var down = new Role.Layer(1, Role.Part.DOWN);
      assertThat(mixture.typeOf(down, 172, config))
          .isEqualTo(mixture == QuantizationMixture.BF16 ? DType.BF16 : DType.F16);
    }
  }

  @Test
  void everyTypeFitsTheRow() throws IOException {
    for (JsonNode shape : goldens()) {
      ModelConfig config = config(shape);
      for (QuantizationMixture mixture : QuantizationMixture.values()) {
        for (Role.Part part : Role.Part.values()) {
          for (long columns = 1; columns < 600; columns++) {
            DType type = mixture.typeOf(new Role.Layer(3, part), columns, config);
            assertThat(columns % type.blockElements()).as("%s %s", mixture, part).isZero();
          }
        }
      }
    }
  }

  @Test
  void namesAreReadInEitherCase() {
    assertThat(QuantizationMixture.named("q4_k_m")).contains(QuantizationMixture.Q4_K_M);
    assertThat(QuantizationMixture.named("Q9_K")).isEmpty();
    assertThat(QuantizationMixture.names()).contains("Q4_K_M").contains("BF16");
  }

  private static Role role(String kind, int layer, ModelConfig config) {
    return switch (kind) {
      case "token_embd" -> Role.Global.EMBEDDING;
      case "output_norm" -> Role.Global.FINAL_NORM;
      case "output" -> Role.Global.HEAD;
      case "attn_norm" -> new Role.Layer(layer, Role.Part.ATTENTION_NORM);
      case "ffn_norm" -> new Role.Layer(layer, Role.Part.FEED_FORWARD_NORM);
      case "attn_q" -> new Role.Layer(layer, Role.Part.QUERY);
      case "attn_k" -> new Role.Layer(layer, Role.Part.KEY);
      case "attn_v" -> new Role.Layer(layer, Role.Part.VALUE);
      case "attn_output" -> new Role.Layer(layer, Role.Part.OUTPUT);
      case "ffn_gate_inp" -> new Role.Layer(layer, Role.Part.ROUTER);
      case "ffn_gate" -> feedForward(layer, Role.Part.GATE, config);
      case "ffn_up" -> feedForward(layer, Role.Part.UP, config);
      case "ffn_down" -> feedForward(layer, Role.Part.DOWN, config);
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private static Role feedForward(int layer, Role.Part part, ModelConfig config) {
    return config.isMixture()
        ? new Role.Expert(layer, layer % config.numLocalExperts(), part)
        : new Role.Layer(layer, part);
  }

  private static List<String> expand(String runs) {
    List<String> names = new ArrayList<>();
    for (String run : runs.split(" ", -1)) {
      int star = run.indexOf('*');
      for (int i = 0; i < Integer.parseInt(run.substring(0, star)); i++) {
        names.add(run.substring(star + 1));
      }
    }
    return names;
  }

  private static ModelConfig config(JsonNode shape) {
    int hidden = shape.path("hidden").intValue();
    int heads = shape.path("heads").intValue();
    int experts = shape.path("experts").intValue();
    return new ModelConfig(
        experts > 0 ? ModelConfig.Architecture.MIXTRAL : ModelConfig.Architecture.LLAMA,
        64,
        hidden,
        shape.path("ffn").intValue(),
        shape.path("layers").intValue(),
        heads,
        shape.path("kv").intValue(),
        hidden / heads,
        experts,
        experts > 0 ? 2 : 0,
        1e-5f,
        new Rope(10000, new Rope.Scaling.None()),
        OptionalInt.empty(),
        64,
        shape.path("tied").booleanValue());
  }

  private static JsonNode goldens() throws IOException {
    try (InputStream in = QuantizationMixtureTest.class.getResourceAsStream("mixtures.json")) {
      return JsonMapper.shared().readTree(Objects.requireNonNull(in).readAllBytes());
    }
  }
}
