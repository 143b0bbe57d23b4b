package sirocco.checkpoint;

import java.util.Optional;
import sirocco.checkpoint.Rope.Scaling;
import sirocco.json.JsonFields;

/// The rotary embedding of a `config.json`: `rope_theta` at the top or inside `rope_parameters`
/// (transformers 5), changes of the frequencies in `rope_scaling` (transformers 4) or inside
/// `rope_parameters`.
final class HuggingFaceRope {
  private HuggingFaceRope() {}

  /// @param defaultTheta the family's own
  /// @param context `max_position_embeddings`, which llama3's original context falls back to
  static Rope parse(JsonFields json, double defaultTheta, int context) {
    // transformers prefers the old name where a file has both and the old one is not empty.
    Optional<JsonFields> parameters =
        json.object("rope_scaling")
            .filter(scaling -> !scaling.names().isEmpty())
            .or(() -> json.object("rope_parameters"));
    if (json.real("partial_rotary_factor", 1) != 1
        || parameters.map(p -> p.real("partial_rotary_factor", 1)).orElse(1.0) != 1) {
      throw json.error("partial_rotary_factor: only 1 is supported");
    }
    double top = json.real("rope_theta", defaultTheta);
    if (parameters.isEmpty()) {
      return new Rope(top, new Scaling.None());
    }
    JsonFields rope = parameters.get();
    return new Rope(rope.real("rope_theta", top), scaling(json, rope, context));
  }

  private static Scaling scaling(JsonFields json, JsonFields rope, int context) {
    if (rope.has("full_attention") || rope.has("sliding_attention")) {
      throw rope.error("full_attention: rotary parameters by kind of layer are not supported");
    }
    String type = rope.text("rope_type").or(() -> rope.text("type")).orElse("default");
    return switch (type) {
      case "default" -> new Scaling.None();
      case "linear" -> new Scaling.Linear(rope.requiredReal("factor"));
      case "llama3" ->
          new Scaling.Llama3(
              rope.requiredReal("factor"),
              rope.requiredReal("low_freq_factor"),
              rope.requiredReal("high_freq_factor"),
              json.integer("original_max_position_embeddings")
                  .orElse(rope.integer("original_max_position_embeddings", context)));
      default ->
          throw rope.error("rope_type: expected default, linear or llama3, found \"" + type + "\"");
    };
  }
}
