package sirocco.checkpoint;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import sirocco.checkpoint.ModelConfig.Architecture;
import tools.jackson.databind.JsonNode;

/// What Mistral's `params.json` says (source: mistral-inference, `args.py` and `transformer.py`).
///
/// `rope_theta` is 1e6 where it is not given, as there; `n_kv_heads` is `n_heads`; the context is
/// `max_seq_len` or `max_position_embeddings`, or else the 32768 of the models that were published
/// in this form.
final class ConsolidatedConfig {
  /// Keys of later models that change the forward pass.
  private static final List<String> UNSUPPORTED =
      List.of(
          "quantization",
          "quantization_config",
          "yarn",
          "vision_encoder",
          "lora",
          "llama_4_scaling",
          "q_lora_rank",
          "kv_lora_rank",
          "use_biases",
          "ffn_dim_multiplier");

  private ConsolidatedConfig() {}

  /// @throws CheckpointException if a value is missing, makes no sense or asks for what Sirocco
  ///   does not do
  static ModelConfig parse(JsonFields json) {
    for (String name : UNSUPPORTED) {
      Optional<JsonNode> value = json.get(name);
      if (value.isPresent() && !(value.get().isBoolean() && !value.get().booleanValue())) {
        throw json.error(name + " is not supported");
      }
    }
    Optional<JsonFields> moe = json.object("moe");
    int experts = moe.map(m -> m.required("num_experts")).orElse(0);
    int heads = json.required("n_heads");
    OptionalInt context = json.integer("max_seq_len");
    try {
      var config =
          new ModelConfig(
              experts > 0 ? Architecture.MIXTRAL : Architecture.MISTRAL,
              json.required("vocab_size"),
              json.required("dim"),
              json.required("hidden_dim"),
              json.required("n_layers"),
              heads,
              json.integer("n_kv_heads", heads),
              json.required("head_dim"),
              experts,
              experts == 0 ? 0 : moe.map(m -> m.required("num_experts_per_tok")).orElse(0),
              (float) json.real("norm_eps", 1e-5),
              new Rope(json.real("rope_theta", 1e6), new Rope.Scaling.None()),
              slidingWindow(json),
              context.orElse(json.integer("max_position_embeddings", 32768)),
              json.flag("tied_embeddings", false));
      Ledger.of(config); // its sums must fit
      return config;
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(json.file(), String.valueOf(e.getMessage()), e);
    }
  }

  /// A number, or one for each layer (repeated): those must all be the same.
  private static OptionalInt slidingWindow(JsonFields json) {
    Optional<JsonNode> value = json.get("sliding_window");
    if (value.isEmpty() || !value.get().isArray()) {
      return json.integer("sliding_window");
    }
    List<JsonNode> windows = json.array("sliding_window").stream().distinct().toList();
    if (windows.size() != 1) {
      throw json.error("sliding_window: expected one for all layers, found " + value.get());
    }
    JsonNode window = windows.getFirst();
    return window.isNull()
        ? OptionalInt.empty()
        : OptionalInt.of(json.integer("sliding_window", window));
  }
}
