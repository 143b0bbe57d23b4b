package sirocco.checkpoint;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import sirocco.tensor.DType;
import sirocco.tensor.Shape;

/// The tensors that a GGUF file of a model has, in the merged layout: the experts of a layer lie in
/// one tensor, one after another (llama.cpp since April 2024). Query and key rows are in the order
/// of [Rope.Layout#NEIGHBOURS].
///
/// Shapes: D width, F expert width, H and G query and key/value heads, d head width, E experts, V
/// vocabulary.
public final class GgufLayout {
  static final String EMBEDDING = "token_embd.weight";
  static final String FINAL_NORM = "output_norm.weight";
  static final String HEAD = "output.weight";
  private static final String WIDENED = "sirocco.widened";

  private GgufLayout() {}

  /// One tensor of the file.
  ///
  /// @param name as the file has it
  /// @param shape of the whole tensor
  /// @param roles what it holds: one role, or one an expert in their order, each a piece of
  ///   `shape.inner()`; none for the rope factors
  public record Slot(String name, Shape shape, List<Role> roles) {
    public Slot {
      roles = List.copyOf(roles);
    }

    /// This tensor, stored as `dtype`.
    public GgufWriter.Declared as(DType dtype) {
      return new GgufWriter.Declared(name, dtype, shape);
    }
  }

  /// Every tensor of a model, in the order that the file is to have them.
  public static List<Slot> of(ModelConfig config) {
    var slots = new ArrayList<Slot>();
    slots.add(slot(config, Role.Global.EMBEDDING));
    slots.add(slot(config, Role.Global.FINAL_NORM));
    if (!config.tieWordEmbeddings()) {
      slots.add(slot(config, Role.Global.HEAD));
    }
    if (!GgufRope.factors(config).isEmpty()) {
      slots.add(new Slot(GgufConfig.ROPE_FACTORS, Shape.of(config.headDim() / 2), List.of()));
    }
    for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
      for (Role.Part part : Roles.parts(config)) {
        slots.add(slot(config, new Role.Layer(layer, part)));
      }
      if (config.isMixture()) {
        slots.add(merged(config, layer, Role.Part.GATE));
        slots.add(merged(config, layer, Role.Part.UP));
        slots.add(merged(config, layer, Role.Part.DOWN));
      }
    }
    return slots;
  }

  /// Everything that a file says of a model besides its tokenizer.
  ///
  /// @param name the model's name
  /// @param fileType `general.file_type`, see [#fileType]
  public static SequencedMap<String, GgufValue> metadata(
      ModelConfig config, String name, int fileType) {
    return GgufConfig.write(config, name, fileType);
  }

  /// Notes which tensors a conversion widened to F32 because GGUF's readers take no other type for
  /// them, so that a conversion back can undo it. A key of Sirocco's own; others ignore it.
  public static void putWidened(
      SequencedMap<String, GgufValue> metadata, SequencedMap<String, DType> before) {
    if (!before.isEmpty()) {
      metadata.put(
          WIDENED,
          GgufValue.texts(
              before.entrySet().stream().map(e -> e.getKey() + " " + e.getValue()).toList()));
    }
  }

  /// The tensors that [#putWidened] noted.
  static Map<String, DType> widened(GgufMetadata metadata) {
    var before = new HashMap<String, DType>();
    for (String line : metadata.texts(WIDENED).orElse(List.of())) {
      int space = line.lastIndexOf(' ');
      for (DType dtype : List.of(DType.F16, DType.BF16)) {
        if (space > 0 && line.substring(space + 1).equals(dtype.name())) {
          before.put(line.substring(0, space), dtype);
        }
      }
    }
    return before;
  }

  /// The `general.file_type` of a file whose matrices are mostly of this type (llama.cpp, `enum
  /// llama_ftype`; the "M" mixture of a k-quant where there are several).
  public static int fileType(DType mostly) {
    return switch (mostly) {
      case F32, F64, I8, I16, I32, I64 -> 0;
      case F16 -> 1;
      case Q4_0 -> 2;
      case Q4_1 -> 3;
      case Q8_0 -> 7;
      case Q5_0 -> 8;
      case Q5_1 -> 9;
      case Q2_K -> 10;
      case Q3_K -> 12;
      case Q4_K -> 15;
      case Q5_K -> 17;
      case Q6_K -> 18;
      case IQ4_NL -> 25;
      case IQ4_XS -> 30;
      case BF16 -> 32;
    };
  }

  private static Slot slot(ModelConfig config, Role role) {
    return new Slot(name(role), Roles.shape(role, config), List.of(role));
  }

  private static Slot merged(ModelConfig config, int layer, Role.Part part) {
    int experts = config.numLocalExperts();
    Shape one = Roles.shape(new Role.Expert(layer, 0, part), config);
    return new Slot(
        mergedName(layer, part),
        Shape.of(experts, one.extent(0), one.extent(1)),
        IntStream.range(0, experts).<Role>mapToObj(e -> new Role.Expert(layer, e, part)).toList());
  }

  /// The name of the tensor in this role; for an expert, that of the old layout of one tensor an
  /// expert (December 2023 to April 2024).
  static String name(Role role) {
    return switch (role) {
      case Role.Global.EMBEDDING -> EMBEDDING;
      case Role.Global.FINAL_NORM -> FINAL_NORM;
      case Role.Global.HEAD -> HEAD;
      case Role.Layer(int layer, Role.Part part) -> "blk." + layer + "." + stem(part) + ".weight";
      case Role.Expert(int layer, int expert, Role.Part part) ->
          "blk." + layer + "." + stem(part) + "." + expert + ".weight";
    };
  }

  /// The tensor that holds this part of every expert.
  static String mergedName(int layer, Role.Part part) {
    return "blk." + layer + "." + stem(part) + "_exps.weight";
  }

  /// The tensor that holds gate and up, in this order, of every expert (llama.cpp, 2026).
  static String fusedName(int layer) {
    return "blk." + layer + ".ffn_gate_up_exps.weight";
  }

  private static String stem(Role.Part part) {
    return switch (part) {
      case ATTENTION_NORM -> "attn_norm";
      case QUERY -> "attn_q";
      case KEY -> "attn_k";
      case VALUE -> "attn_v";
      case OUTPUT -> "attn_output";
      case FEED_FORWARD_NORM -> "ffn_norm";
      case ROUTER -> "ffn_gate_inp";
      case GATE -> "ffn_gate";
      case UP -> "ffn_up";
      case DOWN -> "ffn_down";
    };
  }
}
