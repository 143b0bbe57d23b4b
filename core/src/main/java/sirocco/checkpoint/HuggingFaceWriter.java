package sirocco.checkpoint;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import sirocco.checkpoint.ModelConfig.Architecture;
import sirocco.tensor.DType;
import sirocco.tensor.Shape;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What a Hugging Face folder says of a model: the names of its weights and its `config.json`, such
/// that transformers 4 and 5 load it unchanged. Experts are written as one tensor a matrix
/// (`block_sparse_moe.experts.E.w1`), the form that every version reads.
public final class HuggingFaceWriter {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /// Weight of the balance loss where somebody trains the model with transformers: that of Mixtral
  /// 8x7B. No configuration that is read keeps it.
  private static final double BALANCE_WEIGHT = 0.02;

  private HuggingFaceWriter() {}

  /// A weight and what Hugging Face calls it.
  public record Named(Role role, String name, Shape shape) {}

  /// Every weight of a model in the order of its layers. Query and key rows are to be written in
  /// [Rope.Layout#HALVES].
  public static List<Named> weights(ModelConfig config) {
    var names = new HuggingFaceNames(config, HuggingFaceNames.PREFIX);
    return Roles.of(config)
        .map(role ->
            new Named(role, names.sources(role).getFirst().name(), Roles.shape(role, config)))
        .toList();
  }

  /// Writes `config.json` and `generation_config.json` into a folder.
  ///
  /// @param dtype the type of most weights: F32, F16, BF16 or F64
  /// @param bos token that opens a text
  /// @param eos tokens that end one
  /// @throws CheckpointException if transformers has no words for the model, or on a write error
  public static void writeConfig(
      Path folder, ModelConfig config, DType dtype, OptionalInt bos, Set<Integer> eos) {
    String text;
    try {
      text = config(config, dtype, bos, eos);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(
          folder.resolve(HuggingFaceCheckpoint.CONFIG), String.valueOf(e.getMessage()), e);
    }
    AtomicFile.write(folder.resolve(HuggingFaceCheckpoint.CONFIG), text);
    AtomicFile.write(
        folder.resolve(HuggingFaceCheckpoint.GENERATION_CONFIG), generationConfig(bos, eos));
  }

  /// Writes `model.safetensors.index.json`.
  ///
  /// @param files the shard of each tensor
  /// @param totalBytes of all tensors
  public static void writeIndex(Path folder, SequencedMap<String, String> files, long totalBytes) {
    ObjectNode json = JSON.createObjectNode();
    json.putObject("metadata").put("total_size", totalBytes);
    ObjectNode map = json.putObject("weight_map");
    files.forEach(map::put);
    AtomicFile.write(
        folder.resolve(HuggingFaceCheckpoint.STEM + ".safetensors.index.json"),
        JSON.writeValueAsString(json) + "\n");
  }

  /// The text of `config.json`. The rotary embedding is written under its old names, which both
  /// versions of transformers read.
  ///
  /// @throws IllegalArgumentException if transformers has no words for the model
  public static String config(ModelConfig config, DType dtype, OptionalInt bos, Set<Integer> eos) {
    Architecture family = family(config);
    ObjectNode json = JSON.createObjectNode();
    String name = family.name().charAt(0) + family.name().substring(1).toLowerCase(Locale.ROOT);
    json.putArray("architectures").add(name + "ForCausalLM");
    json.put("model_type", family.name().toLowerCase(Locale.ROOT))
        .put("vocab_size", config.vocabSize())
        .put("hidden_size", config.hiddenSize())
        .put("intermediate_size", config.intermediateSize())
        .put("num_hidden_layers", config.numHiddenLayers())
        .put("num_attention_heads", config.numAttentionHeads())
        .put("num_key_value_heads", config.numKeyValueHeads())
        .put("head_dim", config.headDim())
        .put("hidden_act", "silu")
        .put("max_position_embeddings", config.maxPositionEmbeddings())
        .put("rms_norm_eps", config.rmsNormEps())
        .put("rope_theta", config.rope().theta());
    rope(config.rope().scaling(), config.maxPositionEmbeddings(), json);
    switch (family) {
      case MIXTRAL -> {
        json.put("num_local_experts", config.numLocalExperts());
        json.put("num_experts_per_tok", config.numExpertsPerTok());
        json.put("router_aux_loss_coef", BALANCE_WEIGHT);
        window(config, json);
      }
      case MISTRAL -> window(config, json);
      case LLAMA -> json.put("attention_bias", false).put("mlp_bias", false);
    }
    json.put("tie_word_embeddings", config.tieWordEmbeddings());
    tokens(bos, eos, json);
    json.put("torch_dtype", torchName(dtype)).put("use_cache", true);
    return JSON.writeValueAsString(json) + "\n";
  }

  /// The text of `generation_config.json`.
  public static String generationConfig(OptionalInt bos, Set<Integer> eos) {
    ObjectNode json = JSON.createObjectNode();
    tokens(bos, eos, json);
    return JSON.writeValueAsString(json) + "\n";
  }

  /// Hugging Face's llama has no window; its Mistral is the same model with one.
  private static Architecture family(ModelConfig config) {
    boolean windowed = config.slidingWindow().isPresent();
    return config.architecture() == Architecture.LLAMA && windowed
        ? Architecture.MISTRAL
        : config.architecture();
  }

  private static void window(ModelConfig config, ObjectNode json) {
    // Said even when there is none: Mistral's default is a window of 4096.
    json.putNull("sliding_window");
    config.slidingWindow().ifPresent(window -> json.put("sliding_window", window));
  }

  private static void rope(Rope.Scaling scaling, int context, ObjectNode json) {
    switch (scaling) {
      case Rope.Scaling.None() -> json.putNull("rope_scaling");
      case Rope.Scaling.Linear(double factor) ->
          json.putObject("rope_scaling").put("rope_type", "linear").put("factor", factor);
      case Rope.Scaling.Llama3(double factor, double low, double high, int original) ->
          json.putObject("rope_scaling")
              .put("rope_type", "llama3")
              .put("factor", factor)
              .put("low_freq_factor", low)
              .put("high_freq_factor", high)
              .put("original_max_position_embeddings", original);
      case Rope.Scaling.PerPair(List<Float> factors) -> {
        // The one rule of transformers that takes a factor a pair; its two lists are for short and
        // long texts.
        ObjectNode rope =
            json.putObject("rope_scaling").put("rope_type", "longrope").put("factor", 1.0);
        rope.put("attention_factor", 1.0).put("original_max_position_embeddings", context);
        factors.forEach(rope.putArray("short_factor")::add);
        factors.forEach(rope.putArray("long_factor")::add);
      }
    }
  }

  private static void tokens(OptionalInt bos, Set<Integer> eos, ObjectNode json) {
    json.putNull("bos_token_id");
    bos.ifPresent(id -> json.put("bos_token_id", id));
    var ordered = new TreeSet<>(eos);
    switch (ordered.size()) {
      case 0 -> json.putNull("eos_token_id");
      case 1 -> json.put("eos_token_id", ordered.first());
      default -> ordered.forEach(json.putArray("eos_token_id")::add);
    }
  }

  private static String torchName(DType dtype) {
    return switch (dtype) {
      case F32 -> "float32";
      case F16 -> "float16";
      case BF16 -> "bfloat16";
      case F64 -> "float64";
      case I8, I16, I32, I64, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0 -> throw unsupported(dtype);
      case Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4_NL, IQ4_XS -> throw unsupported(dtype);
    };
  }

  private static IllegalArgumentException unsupported(DType dtype) {
    return new IllegalArgumentException(
        "weights of type " + dtype + " cannot be saved for Hugging Face: choose F32, F16 or BF16");
  }
}
