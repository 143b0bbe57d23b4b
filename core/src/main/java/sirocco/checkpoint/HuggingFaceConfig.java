package sirocco.checkpoint;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import sirocco.checkpoint.ModelConfig.Architecture;
import sirocco.json.JsonFields;

/// What a Hugging Face `config.json` says.
///
/// A key that is absent gets the default that transformers 5 gives it (source: its configuration
/// files): for Mixtral 32 layers of 32 heads of which 8 for keys, width 4096, experts 8 of width
/// 14336 and 2 chosen, vocabulary 32000, eps 1e-5, rope_theta 1e6, no window; for Mistral the same
/// with eps 1e-6, rope_theta 1e4, a window of 4096; for llama a width of 11008 inside, as many key
/// heads as heads, context 2048, eps 1e-6, rope_theta 1e4. Contexts are 131072 otherwise.
///
/// @param model the hyper-parameters
/// @param bos token that opens a text
/// @param eos tokens that end one; empty if the file does not say
record HuggingFaceConfig(ModelConfig model, OptionalInt bos, Set<Integer> eos) {
  private static final int DEFAULT_BOS = 1;

  /// The families, by what the file calls itself. A mixture is known by its experts, not by a name.
  private enum Family {
    MIXTRAL,
    MISTRAL,
    LLAMA
  }

  /// @throws CheckpointException if a value makes no sense or asks for what Sirocco does not do
  static HuggingFaceConfig parse(JsonFields json) {
    refuseUnsupported(json);
    Family family = family(json);
    int experts = experts(json, family);
    ModelConfig model;
    try {
      model = model(json, family, experts);
      Ledger.of(model); // its sums must fit
    } catch (IllegalArgumentException e) {
      throw json.error(String.valueOf(e.getMessage()));
    }
    OptionalInt bos =
        json.mentions("bos_token_id") ? json.integer("bos_token_id") : OptionalInt.of(DEFAULT_BOS);
    bos.ifPresent(id -> token(json, "bos_token_id", id, model));
    return new HuggingFaceConfig(model, bos, eos(json, model));
  }

  private static ModelConfig model(JsonFields json, Family family, int experts) {
    boolean llama = family == Family.LLAMA;
    int width = json.integer("hidden_size", 4096);
    int heads = json.integer("num_attention_heads", 32);
    int context = json.integer("max_position_embeddings", llama ? 2048 : 131072);
    return new ModelConfig(
        architecture(family, experts),
        json.integer("vocab_size", 32000),
        width,
        json.integer("intermediate_size", llama ? 11008 : 14336),
        json.integer("num_hidden_layers", 32),
        heads,
        keyValueHeads(json, family, heads),
        headDim(json, family, width, heads),
        experts,
        experts == 0 ? 0 : json.integer("num_experts_per_tok", 2),
        (float) json.real("rms_norm_eps", family == Family.MIXTRAL ? 1e-5 : 1e-6),
        HuggingFaceRope.parse(json, family == Family.MIXTRAL ? 1e6 : 1e4, context),
        slidingWindow(json, family),
        context,
        json.flag("tie_word_embeddings", false));
  }

  private static Architecture architecture(Family family, int experts) {
    if (experts > 0) {
      return Architecture.MIXTRAL;
    }
    return family == Family.LLAMA ? Architecture.LLAMA : Architecture.MISTRAL;
  }

  private static Family family(JsonFields json) {
    Optional<String> type = json.text("model_type");
    Optional<String> architecture =
        json.list("architectures").stream().findFirst().map(JsonFields::asText);
    String name = type.or(() -> architecture).orElse("").toLowerCase(Locale.ROOT);
    for (Family family : Family.values()) {
      String known = family.name().toLowerCase(Locale.ROOT);
      if (name.equals(known) || (type.isEmpty() && name.startsWith(known + "for"))) {
        return family;
      }
    }
    if (name.isEmpty() && (json.has("num_local_experts") || json.has("num_experts"))) {
      return Family.MIXTRAL;
    }
    throw json.error(
        "model_type: expected mixtral, mistral or llama, found "
            + (name.isEmpty() ? "none" : "\"" + name + "\""));
  }

  /// E; `num_experts` is another name that transformers accepts for it.
  private static int experts(JsonFields json, Family family) {
    OptionalInt local = json.integer("num_local_experts");
    OptionalInt other = json.integer("num_experts");
    if (local.isPresent() && other.isPresent() && local.getAsInt() != other.getAsInt()) {
      throw json.error(
          "num_local_experts is " + local.getAsInt() + ", num_experts " + other.getAsInt());
    }
    int otherwise = family == Family.MIXTRAL ? 8 : 0;
    return local.orElse(other.orElse(otherwise));
  }

  /// G; `null` means one for each head.
  private static int keyValueHeads(JsonFields json, Family family, int heads) {
    boolean absent = !json.mentions("num_key_value_heads");
    int otherwise = absent && family != Family.LLAMA ? 8 : heads;
    return json.integer("num_key_value_heads", otherwise);
  }

  /// d; where it is not given, D / H rounded down, as transformers does. Only its llama insists on
  /// a multiple.
  private static int headDim(JsonFields json, Family family, int width, int heads) {
    OptionalInt given = json.integer("head_dim");
    if (given.isPresent()) {
      return given.getAsInt();
    }
    int divisor = Math.max(1, heads); // the configuration refuses less
    if (family == Family.LLAMA && width % divisor != 0) {
      throw json.error(
          "head_dim is missing and hidden_size "
              + width
              + " is not a multiple of num_attention_heads "
              + heads);
    }
    return width / divisor;
  }

  /// W. Mixtral and Mistral honour a number, as transformers does; llama has no window, whatever
  /// its file says.
  private static OptionalInt slidingWindow(JsonFields json, Family family) {
    OptionalInt window =
        switch (family) {
          case MIXTRAL -> json.integer("sliding_window");
          case MISTRAL ->
              json.mentions("sliding_window")
                  ? json.integer("sliding_window")
                  : OptionalInt.of(4096);
          case LLAMA -> OptionalInt.empty();
        };
    if (window.isPresent() && !json.flag("use_sliding_window", true)) {
      throw json.error(
          "use_sliding_window is false but sliding_window is "
              + window.getAsInt()
              + ": set sliding_window to null");
    }
    String expected = window.isPresent() ? "sliding_attention" : "full_attention";
    for (JsonFields type : json.list("layer_types")) {
      if (!type.asText().equals(expected)) {
        throw json.error(
            "layer_types: all layers must be "
                + expected
                + " (sliding_window is "
                + (window.isPresent() ? window.getAsInt() : "null")
                + "), found "
                + type.asText());
      }
    }
    return window;
  }

  private static void refuseUnsupported(JsonFields json) {
    if (json.has("quantization_config")) {
      throw json.error(
          "quantization_config: quantised Hugging Face weights are not supported;"
              + " use the original weights or a GGUF");
    }
    for (String name : List.of("attention_bias", "mlp_bias")) {
      if (json.flag(name, false)) {
        throw json.error(name + ": true is not supported");
      }
    }
    String activation = json.text("hidden_act").orElse("silu");
    if (!activation.equals("silu") && !activation.equals("swish")) {
      throw json.error("hidden_act: expected silu, found " + activation);
    }
  }

  /// The tokens of `eos_token_id`, one or an array, in config.json or generation_config.json.
  static Set<Integer> eos(JsonFields json, ModelConfig model) {
    var tokens = new TreeSet<Integer>();
    for (int id : json.integers("eos_token_id")) {
      tokens.add(token(json, "eos_token_id", id, model));
    }
    return tokens;
  }

  private static int token(JsonFields json, String name, int id, ModelConfig model) {
    if (id < 0 || id >= model.vocabSize()) {
      throw json.error(
          name + ": expected 0 to " + (model.vocabSize() - 1) + " (vocab_size), found " + id);
    }
    return id;
  }

  /// The configuration in a file.
  static HuggingFaceConfig read(Path file) {
    return parse(JsonFile.read(file));
  }
}
