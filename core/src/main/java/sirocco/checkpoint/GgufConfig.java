package sirocco.checkpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SequencedMap;
import sirocco.tensor.DType;

/// The hyper-parameters of a GGUF file of architecture `llama`, which llama, Mistral and Mixtral
/// all call themselves; the count of experts tells them apart. Keys and defaults are those of
/// llama.cpp (ggml, docs/gguf.md and llama.cpp, src/llama-model.cpp).
final class GgufConfig {
  static final String ARCHITECTURE = "general.architecture";
  static final String ROPE_FACTORS = "rope_freqs.weight";

  private static final String LLAMA = "llama";

  /// Our own key: Mistral without a window looks like llama, and computes the same, but should keep
  /// its name on the way through a GGUF file.
  private static final String MODEL_TYPE = "sirocco.model_type";

  private static final String MISTRAL = "mistral";
  private static final String CONTEXT = "llama.context_length";
  private static final String WIDTH = "llama.embedding_length";
  private static final String LAYERS = "llama.block_count";
  private static final String FEED_FORWARD = "llama.feed_forward_length";
  private static final String EXPERT_FEED_FORWARD = "llama.expert_feed_forward_length";
  private static final String HEADS = "llama.attention.head_count";
  private static final String KV_HEADS = "llama.attention.head_count_kv";
  private static final String KEY_LENGTH = "llama.attention.key_length";
  private static final String VALUE_LENGTH = "llama.attention.value_length";
  private static final String EPSILON = "llama.attention.layer_norm_rms_epsilon";
  private static final String WINDOW = "llama.attention.sliding_window";
  private static final String ROPE_DIMENSIONS = "llama.rope.dimension_count";
  private static final String ROPE_BASE = "llama.rope.freq_base";
  private static final String ROPE_SCALING = "llama.rope.scaling.type";
  private static final String ROPE_FACTOR = "llama.rope.scaling.factor";
  private static final String OLD_ROPE_FACTOR = "llama.rope.scale_linear";
  private static final String EXPERTS = "llama.expert_count";
  private static final String EXPERTS_USED = "llama.expert_used_count";
  static final String VOCABULARY = "llama.vocab_size";

  /// What a message of [ModelConfig] or [Rope] calls a value, and the key that holds it.
  private static final Map<String, String> KEYS =
      Map.ofEntries(
          Map.entry("vocab_size", VOCABULARY),
          Map.entry("hidden_size", WIDTH),
          Map.entry("intermediate_size", FEED_FORWARD),
          Map.entry("num_hidden_layers", LAYERS),
          Map.entry("num_attention_heads", HEADS),
          Map.entry("num_key_value_heads", KV_HEADS),
          Map.entry("head_dim", KEY_LENGTH),
          Map.entry("num_local_experts", EXPERTS),
          Map.entry("num_experts_per_tok", EXPERTS_USED),
          Map.entry("max_position_embeddings", CONTEXT),
          Map.entry("sliding_window", WINDOW),
          Map.entry("rms_norm_eps", EPSILON),
          Map.entry("rope_theta", ROPE_BASE),
          Map.entry("factor", ROPE_FACTOR));

  /// Keys of llama.cpp that change the forward pass in ways that Sirocco's does not know, with the
  /// value that changes nothing.
  private static final Map<String, Double> UNSUPPORTED =
      Map.of(
          "llama.attention.scale", 0.0,
          "llama.logit_scale", 0.0,
          "llama.residual_scale", 0.0,
          "llama.embedding_scale", 0.0,
          "llama.attn_logit_softcapping", 0.0,
          "llama.final_logit_softcapping", 0.0,
          "llama.rope.scaling.attn_factor", 1.0,
          "llama.expert_shared_count", 0.0,
          "llama.expert_weights_scale", 0.0,
          "llama.expert_gating_func", 1.0);

  private static final double DEFAULT_THETA = 10_000;

  private final GgufFile file;
  private final GgufMetadata metadata;

  private GgufConfig(GgufFile file) {
    this.file = file;
    this.metadata = file.metadata();
  }

  /// The configuration that a file's metadata gives.
  ///
  /// @throws CheckpointException naming the key that is missing or makes no sense
  static ModelConfig read(GgufFile file) {
    try {
      return new GgufConfig(file).config();
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(
          file.path(), "metadata: " + inKeys(String.valueOf(e.getMessage())), e);
    }
  }

  private static String inKeys(String message) {
    var text = new StringBuilder();
    for (String word : message.split(" ", -1)) {
      text.append(text.isEmpty() ? "" : " ").append(KEYS.getOrDefault(word, word));
    }
    return text.toString();
  }

  private ModelConfig config() {
    String family = metadata.text(ARCHITECTURE).orElseThrow(() -> metadata.missing(ARCHITECTURE));
    if (!family.equals(LLAMA)) {
      throw metadata.error(
          ARCHITECTURE,
          "expected llama (llama, Mistral and Mixtral models), found "
              + GgufCursor.printable(family));
    }
    UNSUPPORTED.forEach(this::rejectUnlessNeutral);
    int experts = metadata.integer(EXPERTS).orElse(0);
    int width = required(WIDTH);
    int heads = uniform(HEADS);
    OptionalInt window = window();
    return new ModelConfig(
        architecture(experts, window),
        vocabSize(),
        width,
        feedForward(experts),
        required(LAYERS),
        heads,
        metadata.uniformInteger(KV_HEADS).orElse(heads),
        headDim(width, heads),
        experts,
        experts == 0 ? 0 : required(EXPERTS_USED),
        (float) metadata.real(EPSILON).orElseThrow(() -> metadata.missing(EPSILON)),
        rope(),
        window,
        required(CONTEXT),
        !file.tensors().containsKey(GgufLayout.HEAD));
  }

  private ModelConfig.Architecture architecture(int experts, OptionalInt window) {
    if (experts > 0) {
      return ModelConfig.Architecture.MIXTRAL;
    }
    boolean mistral = window.isPresent() || metadata.text(MODEL_TYPE).orElse(LLAMA).equals(MISTRAL);
    return mistral ? ModelConfig.Architecture.MISTRAL : ModelConfig.Architecture.LLAMA;
  }

  private void rejectUnlessNeutral(String key, double neutral) {
    double found = metadata.real(key).orElse(neutral);
    if (found != neutral) {
      throw metadata.error(
          key, "expected " + neutral + " (others are not supported), found " + found);
    }
  }

  private int required(String key) {
    return metadata.integer(key).orElseThrow(() -> metadata.missing(key));
  }

  private int uniform(String key) {
    return metadata.uniformInteger(key).orElseThrow(() -> metadata.missing(key));
  }

  /// The key, else the number of tokens, else the rows of the embedding.
  private int vocabSize() {
    OptionalInt size = metadata.integer(VOCABULARY);
    if (metadata.get(GgufVocabulary.TOKENS).orElse(null) instanceof GgufValue.Array tokens) {
      if (size.isPresent() && tokens.count() > size.getAsInt()) {
        throw metadata.error(
            GgufVocabulary.TOKENS,
            "expected at most " + size.getAsInt() + " tokens, found " + tokens.count());
      }
      return size.orElseGet(() -> clamp(tokens.count()));
    }
    if (size.isPresent()) {
      return size.getAsInt();
    }
    GgufTensor embedding = file.tensors().get(GgufLayout.EMBEDDING);
    if (embedding == null) {
      throw metadata.missing(VOCABULARY);
    }
    return clamp(embedding.shape().extent(0));
  }

  private static int clamp(long count) {
    return (int) Math.min(count, Integer.MAX_VALUE);
  }

  private int feedForward(int experts) {
    OptionalInt ofExpert = metadata.integer(EXPERT_FEED_FORWARD);
    return experts > 0 && ofExpert.isPresent() ? ofExpert.getAsInt() : uniform(FEED_FORWARD);
  }

  private int headDim(int width, int heads) {
    OptionalInt key = metadata.integer(KEY_LENGTH);
    OptionalInt value = metadata.integer(VALUE_LENGTH);
    if (key.isEmpty() && heads <= 0) {
      throw metadata.error(HEADS, "expected 1 or more, found " + heads);
    }
    if (width <= 0 || (key.isEmpty() && width % heads != 0)) {
      throw metadata.error(WIDTH, "expected a multiple of " + heads + " heads, found " + width);
    }
    int headDim = key.orElseGet(() -> width / heads);
    if (value.orElse(headDim) != headDim) {
      throw metadata.error(
          VALUE_LENGTH, "expected " + headDim + ", as the keys have, found " + value.getAsInt());
    }
    int turned = metadata.integer(ROPE_DIMENSIONS).orElse(headDim);
    if (turned != headDim) {
      throw metadata.error(
          ROPE_DIMENSIONS, "expected " + headDim + ", the whole head, found " + turned);
    }
    return headDim;
  }

  private OptionalInt window() {
    OptionalInt window = metadata.integer(WINDOW);
    return window.isPresent() && window.getAsInt() == 0 ? OptionalInt.empty() : window;
  }

  private Rope rope() {
    return new Rope(metadata.real(ROPE_BASE).orElse(DEFAULT_THETA), scaling());
  }

  /// llama.cpp takes a factor without a type for `linear`, and 0 for no factor.
  private Rope.Scaling scaling() {
    double factor = metadata.real(ROPE_FACTOR).orElse(metadata.real(OLD_ROPE_FACTOR).orElse(0));
    String kind = metadata.text(ROPE_SCALING).orElse("linear");
    boolean linear =
        switch (kind) {
          case "none" -> false;
          case "linear" -> factor != 0 && factor != 1;
          default ->
              throw metadata.error(
                  ROPE_SCALING, "expected none or linear, found " + GgufCursor.printable(kind));
        };
    GgufTensor perPair = file.tensors().get(ROPE_FACTORS);
    if (perPair == null) {
      return linear ? new Rope.Scaling.Linear(factor) : new Rope.Scaling.None();
    }
    if (linear) {
      throw metadata.error(
          ROPE_FACTOR, "expected no factor beside tensor " + ROPE_FACTORS + ", found " + factor);
    }
    List<Float> factors = ropeFactors(perPair);
    double theta = metadata.real(ROPE_BASE).orElse(DEFAULT_THETA);
    return GgufRope.llama3(metadata)
        .filter(llama3 -> GgufRope.agree(llama3, theta, factors))
        .map(Rope.Scaling.class::cast)
        .orElseGet(() -> new Rope.Scaling.PerPair(factors));
  }

  private List<Float> ropeFactors(GgufTensor tensor) {
    int pairs = headDim(required(WIDTH), uniform(HEADS)) / 2;
    if (tensor.dtype() != DType.F32 || tensor.shape().elements() != pairs) {
      throw new CheckpointException(
          file.path(),
          "tensor "
              + ROPE_FACTORS
              + ": expected F32["
              + pairs
              + "], found "
              + tensor.dtype()
              + tensor.shape());
    }
    var factors = new ArrayList<Float>();
    for (float factor : file.tensor(ROPE_FACTORS).toFloats()) {
      if (!(factor > 0 && factor < Float.POSITIVE_INFINITY)) {
        throw new CheckpointException(
            file.path(), "tensor " + ROPE_FACTORS + ": expected positive numbers, found " + factor);
      }
      factors.add(factor);
    }
    return factors;
  }

  /// The metadata that makes llama.cpp and transformers read this configuration back.
  ///
  /// @param name `general.name`
  /// @param fileType `general.file_type`, see [GgufLayout#fileType]
  static SequencedMap<String, GgufValue> write(ModelConfig config, String name, int fileType) {
    var out = new LinkedHashMap<String, GgufValue>();
    out.put(ARCHITECTURE, GgufValue.text(LLAMA));
    out.put("general.name", GgufValue.text(name));
    out.put("general.file_type", GgufValue.uint32(fileType));
    out.put("general.quantization_version", GgufValue.uint32(2));
    out.put(VOCABULARY, GgufValue.uint32(config.vocabSize()));
    out.put(CONTEXT, GgufValue.uint32(config.maxPositionEmbeddings()));
    out.put(WIDTH, GgufValue.uint32(config.hiddenSize()));
    out.put(LAYERS, GgufValue.uint32(config.numHiddenLayers()));
    out.put(FEED_FORWARD, GgufValue.uint32(config.intermediateSize()));
    out.put(HEADS, GgufValue.uint32(config.numAttentionHeads()));
    out.put(KV_HEADS, GgufValue.uint32(config.numKeyValueHeads()));
    out.put(EPSILON, GgufValue.float32(config.rmsNormEps()));
    out.put(ROPE_DIMENSIONS, GgufValue.uint32(config.headDim()));
    out.put(ROPE_BASE, GgufValue.float32((float) config.rope().theta()));
    if (config.headDim() * config.numAttentionHeads() != config.hiddenSize()) {
      out.put(KEY_LENGTH, GgufValue.uint32(config.headDim()));
      out.put(VALUE_LENGTH, GgufValue.uint32(config.headDim()));
    }
    if (config.rope().scaling() instanceof Rope.Scaling.Linear(double factor)) {
      out.put(ROPE_SCALING, GgufValue.text("linear"));
      out.put(ROPE_FACTOR, GgufValue.float32((float) factor));
    }
    GgufRope.note(config.rope().scaling(), out);
    config.slidingWindow().ifPresent(w -> out.put(WINDOW, GgufValue.uint32(w)));
    if (config.architecture() == ModelConfig.Architecture.MISTRAL) {
      out.put(MODEL_TYPE, GgufValue.text(MISTRAL));
    }
    if (config.isMixture()) {
      out.put(EXPERTS, GgufValue.uint32(config.numLocalExperts()));
      out.put(EXPERTS_USED, GgufValue.uint32(config.numExpertsPerTok()));
    }
    return out;
  }
}
