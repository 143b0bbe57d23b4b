package sirocco.checkpoint;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import sirocco.tensor.DType;

/// Which type each weight of a quantised model gets: llama.cpp's usual mixtures, which give more
/// bits to the weights that a model suffers most from losing (the facts are those of
/// `llama_tensor_get_type` in its src/llama-quant.cpp).
///
/// Norms and the router stay float32 whatever is asked for: a router that rounds picks other
/// experts, and both are tiny.
public enum QuantizationMixture {
  F16(DType.F16),
  BF16(DType.BF16),
  Q8_0(DType.Q8_0),
  Q4_0(DType.Q4_0),
  Q6_K(DType.Q6_K),
  Q5_K_M(DType.Q5_K),
  Q4_K_M(DType.Q4_K),
  Q3_K_M(DType.Q3_K),
  Q2_K(DType.Q2_K);

  private final DType base;

  QuantizationMixture(DType base) {
    this.base = base;
  }

  /// The number that stands for this mixture under `general.file_type` in a GGUF file (llama.cpp's
  /// `enum llama_ftype`).
  public int ggufFileType() {
    return GgufLayout.fileType(base);
  }

  /// The type that most weights get.
  public DType base() {
    return base;
  }

  /// The mixture of this name, in either case: `q4_k_m`, `Q8_0`.
  public static Optional<QuantizationMixture> named(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    return Arrays.stream(values()).filter(m -> m.name().equals(upper)).findFirst();
  }

  /// Every name, for messages.
  public static String names() {
    return Arrays.stream(values()).map(QuantizationMixture::name).collect(Collectors.joining(" "));
  }

  /// The type that the weight in this role gets.
  ///
  /// @param columns numbers in one of its rows; a row that does not fill the blocks of the wanted
  ///   type gets a type of smaller blocks with more bits, or F16
  public DType typeOf(Role role, long columns, ModelConfig config) {
    return switch (role) {
      case Role.Global global ->
          switch (global) {
            case FINAL_NORM -> DType.F32;
            case HEAD -> fitting(head(columns), columns);
            case EMBEDDING -> fitting(config.tieWordEmbeddings() ? head(columns) : base, columns);
          };
      case Role.Layer(int layer, Role.Part part) -> part(part, layer, columns, config);
      case Role.Expert(int layer, int _, Role.Part part) -> part(part, layer, columns, config);
    };
  }

  private DType part(Role.Part part, int layer, long columns, ModelConfig config) {
    return switch (part) {
      case ATTENTION_NORM, FEED_FORWARD_NORM, ROUTER -> DType.F32;
      case QUERY, GATE, UP -> fitting(base, columns);
      case KEY -> fitting(eightExperts(config) ? DType.Q8_0 : base, columns);
      case VALUE -> fitting(value(layer, config), columns);
      case OUTPUT -> fitting(output(config), columns);
      case DOWN -> fitting(down(layer, config.numHiddenLayers()), columns);
    };
  }

  private DType head(long columns) {
    if (!base.isQuantized() || base == DType.Q8_0) {
      return base;
    }
    return columns % base.blockElements() == 0 ? DType.Q6_K : DType.Q8_0;
  }

  /// Eight experts share the attention of one model: its key and value matrices are then so small a
  /// part of the file that more bits cost next to nothing.
  private boolean eightExperts(ModelConfig config) {
    return base.isQuantized() && config.numLocalExperts() == 8;
  }

  private DType value(int layer, ModelConfig config) {
    if (eightExperts(config)) {
      return DType.Q8_0;
    }
    int layers = config.numHiddenLayers();
    int sharing = config.numAttentionHeads() / config.numKeyValueHeads();
    DType type =
        switch (this) {
          case F16, BF16, Q8_0, Q4_0, Q6_K -> base;
          case Q2_K -> sharing >= 4 ? DType.Q4_K : DType.Q3_K;
          case Q3_K_M -> layer < 2 ? DType.Q5_K : DType.Q4_K;
          case Q4_K_M, Q5_K_M -> sensitive(layer, layers) ? DType.Q6_K : base;
        };
    // Llama 2 and 3 70B: eight query heads share one value head.
    boolean seventyBillion = layers == 80 && sharing > 1 && !config.isMixture();
    boolean few = type == DType.Q3_K || type == DType.Q4_K;
    return seventyBillion && few ? DType.Q5_K : type;
  }

  private DType output(ModelConfig config) {
    boolean eight = eightExperts(config);
    return switch (this) {
      case F16, BF16, Q8_0, Q4_0, Q6_K, Q5_K_M -> base;
      case Q4_K_M -> eight ? DType.Q5_K : DType.Q4_K;
      case Q3_K_M -> eight ? DType.Q5_K : DType.Q4_K;
      case Q2_K -> eight ? DType.Q5_K : DType.Q3_K;
    };
  }

  private DType down(int layer, int layers) {
    return switch (this) {
      case F16, BF16, Q8_0, Q4_0, Q6_K -> base;
      case Q2_K -> DType.Q3_K;
      case Q3_K_M -> layer < layers / 16 ? DType.Q5_K : DType.Q4_K;
      case Q4_K_M, Q5_K_M -> sensitive(layer, layers) ? DType.Q6_K : base;
    };
  }

  /// The first and last eighth of the layers, and every third between.
  private static boolean sensitive(int layer, int layers) {
    int eighth = layers / 8;
    return layer < eighth || layer >= 7 * layers / 8 || (layer - eighth) % 3 == 2;
  }

  private static DType fitting(DType type, long columns) {
    if (columns % type.blockElements() == 0) {
      return type;
    }
    return columns % 32 == 0 ? smaller(type) : DType.F16;
  }

  private static DType smaller(DType type) {
    return switch (type) {
      case Q2_K, Q3_K -> DType.Q4_0;
      case Q4_K -> DType.Q5_0;
      case Q5_K -> DType.Q5_1;
      case Q6_K -> DType.Q8_0;
      case IQ4_XS -> DType.IQ4_NL;
      case F32, F16, BF16, F64, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, IQ4_NL, I8, I16, I32, I64 -> type;
    };
  }
}
