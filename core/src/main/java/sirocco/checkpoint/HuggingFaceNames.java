package sirocco.checkpoint;

import java.util.List;
import java.util.stream.Stream;
import sirocco.checkpoint.Role.Expert;
import sirocco.checkpoint.Role.Global;
import sirocco.checkpoint.Role.Layer;
import sirocco.checkpoint.Role.Part;
import sirocco.checkpoint.SafetensorsWeights.Source;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;

/// What Hugging Face calls the weights of Mixtral, Mistral and llama (source: transformers, the
/// modeling files and `conversion_mapping.py`).
///
/// Experts come in four forms: one tensor a matrix under `block_sparse_moe` (`w1` gate, `w2` down,
/// `w3` up), as everybody saves them; the same under `mlp`; with the dense names under `mlp`; and
/// fused, as transformers 5 holds them: `gate_up_proj` `[E, 2 F, D]`, gate first, and `down_proj`
/// `[E, D, F]`.
///
/// @param config E, F and D of the fused form
/// @param prefix `model.`, or nothing in files saved from the bare model
record HuggingFaceNames(ModelConfig config, String prefix) {
  static final String PREFIX = "model.";
  static final String HEAD = "lm_head.weight";

  /// How the names of weights inside layers begin.
  String layers() {
    return prefix + "layers.";
  }

  /// Where a weight may be, the usual place first.
  List<Source> sources(Role role) {
    return switch (role) {
      case Global g -> global(g);
      case Layer(int layer, Part part) ->
          layerNames(part).stream()
              .map(name -> whole(role, layers() + layer + "." + name + ".weight"))
              .toList();
      case Expert e -> expert(e);
    };
  }

  private List<Source> global(Global role) {
    return switch (role) {
      // One of a tied pair may have been left out when the file was saved.
      case EMBEDDING ->
          config.tieWordEmbeddings()
              ? List.of(whole(role, prefix + "embed_tokens.weight"), whole(role, HEAD))
              : List.of(whole(role, prefix + "embed_tokens.weight"));
      case FINAL_NORM -> List.of(whole(role, prefix + "norm.weight"));
      case HEAD -> config.tieWordEmbeddings() ? List.of() : List.of(whole(role, HEAD));
    };
  }

  private static List<String> layerNames(Part part) {
    return switch (part) {
      case ATTENTION_NORM -> List.of("input_layernorm");
      case QUERY -> List.of("self_attn.q_proj");
      case KEY -> List.of("self_attn.k_proj");
      case VALUE -> List.of("self_attn.v_proj");
      case OUTPUT -> List.of("self_attn.o_proj");
      case FEED_FORWARD_NORM -> List.of("post_attention_layernorm");
      case ROUTER -> List.of("block_sparse_moe.gate", "mlp.gate");
      case GATE -> List.of("mlp.gate_proj");
      case UP -> List.of("mlp.up_proj");
      case DOWN -> List.of("mlp.down_proj");
    };
  }

  private List<Source> expert(Expert role) {
    String layer = layers() + role.layer() + ".";
    String number = ".experts." + role.expert() + ".";
    String letter = letter(role.part());
    Stream<Source> single =
        Stream.of(
                "block_sparse_moe" + number + letter,
                "mlp" + number + letter,
                layerNames(role.part()).getFirst().replace("mlp.", "mlp" + number))
            .map(name -> whole(role, layer + name + ".weight"));
    return Stream.concat(single, Stream.of(fused(role, layer + "mlp.experts."))).toList();
  }

  /// Mistral's letters: `w2(silu(w1 x) * w3 x)`.
  static String letter(Part part) {
    return switch (part) {
      case GATE -> "w1";
      case DOWN -> "w2";
      case UP -> "w3";
      case ATTENTION_NORM, QUERY, KEY, VALUE, OUTPUT, FEED_FORWARD_NORM, ROUTER ->
          throw new IllegalArgumentException(part + " is no part of an expert");
    };
  }

  private Source fused(Expert role, String experts) {
    long count = config.numLocalExperts();
    long inner = config.intermediateSize();
    long width = config.hiddenSize();
    Shape gateUp = Shape.of(count, 2 * inner, width);
    return switch (role.part()) {
      case GATE ->
          new Source(
              experts + "gate_up_proj", gateUp, t -> t.entry(role.expert()).entries(0, inner));
      case UP ->
          new Source(
              experts + "gate_up_proj", gateUp, t -> t.entry(role.expert()).entries(inner, inner));
      case DOWN ->
          new Source(
              experts + "down_proj",
              Shape.of(count, width, inner),
              (Tensor t) -> t.entry(role.expert()));
      case ATTENTION_NORM, QUERY, KEY, VALUE, OUTPUT, FEED_FORWARD_NORM, ROUTER ->
          throw new IllegalArgumentException(role + " is no part of an expert");
    };
  }

  private Source whole(Role role, String name) {
    return Source.whole(name, Roles.shape(role, config));
  }
}
