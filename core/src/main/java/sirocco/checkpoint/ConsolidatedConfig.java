package sirocco.checkpoint;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import sirocco.checkpoint.ModelConfig.Architecture;
import sirocco.json.JsonFields;

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
      boolean off =
          json.get(name).map(v -> v.node().isBoolean() && !v.node().booleanValue()).orElse(true);
      if (!off) {
        throw json.error(name + " is not supported");
      }
    }
    Optional<JsonFields> moe = json.object("moe");
    int experts = moe.map(m -> m.requiredInteger("num_experts")).orElse(0);
    int heads = json.requiredInteger("n_heads");
    OptionalInt context = json.integer("max_seq_len");
    try {
      var config =
          new ModelConfig(
              experts > 0 ? Architecture.MIXTRAL : Architecture.MISTRAL,
              json.requiredInteger("vocab_size"),
              json.requiredInteger("dim"),
              json.requiredInteger("hidden_dim"),
              json.requiredInteger("n_layers"),
              heads,
              json.integer("n_kv_heads", heads),
              json.requiredInteger("head_dim"),
              experts,
              experts == 0 ? 0 : moe.map(m -> m.requiredInteger("num_experts_per_tok")).orElse(0),
              (float) json.real("norm_eps", 1e-5),
              new Rope(json.real("rope_theta", 1e6), new Rope.Scaling.None()),
              slidingWindow(json),
              context.orElse(json.integer("max_position_embeddings", 32768)),
              json.flag("tied_embeddings", false));
      Ledger.of(config); // its sums must fit
      return config;
    } catch (IllegalArgumentException e) {
      throw json.error(String.valueOf(e.getMessage()));
    }
  }

  /// A number, or one for each layer (repeated): those must all be the same.
  private static OptionalInt slidingWindow(JsonFields json) {
    Optional<JsonFields> value = json.get("sliding_window");
    if (value.isEmpty() || !value.get().node().isArray()) {
      return json.integer("sliding_window");
    }
    List<JsonFields> windows = value.get().elements();
    if (windows.stream().map(JsonFields::node).distinct().count() != 1) {
      throw value.get().bad("one for all layers");
    }
    JsonFields window = windows.getFirst();
    return window.node().isNull() ? OptionalInt.empty() : OptionalInt.of(window.asInteger());
  }
}
