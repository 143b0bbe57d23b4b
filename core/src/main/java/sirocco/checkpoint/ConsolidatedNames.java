package sirocco.checkpoint;

import java.util.List;
import sirocco.checkpoint.Role.Expert;
import sirocco.checkpoint.Role.Global;
import sirocco.checkpoint.Role.Layer;
import sirocco.checkpoint.Role.Part;
import sirocco.checkpoint.SafetensorsWeights.Source;

/// What Mistral calls the weights in its own files (source: mistral-inference). The rows of `wq`
/// and `wk` are ordered for rotary pairs of neighbours.
record ConsolidatedNames(ModelConfig config) {
  /// How the names of weights inside layers begin.
  static final String LAYERS = "layers.";

  /// Where a weight is.
  List<Source> sources(Role role) {
    boolean tiedHead = role == Global.HEAD && config.tieWordEmbeddings();
    return tiedHead ? List.of() : List.of(Source.whole(name(role), Roles.shape(role, config)));
  }

  /// The name of the weight in this role.
  static String name(Role role) {
    return switch (role) {
      case Global g ->
          switch (g) {
            case EMBEDDING -> "tok_embeddings.weight";
            case FINAL_NORM -> "norm.weight";
            case HEAD -> "output.weight";
          };
      case Layer(int layer, Part part) -> LAYERS + layer + "." + name(part) + ".weight";
      case Expert(int layer, int expert, Part part) ->
          LAYERS
              + layer
              + ".feed_forward.experts."
              + expert
              + "."
              + HuggingFaceNames.letter(part)
              + ".weight";
    };
  }

  private static String name(Part part) {
    return switch (part) {
      case ATTENTION_NORM -> "attention_norm";
      case QUERY -> "attention.wq";
      case KEY -> "attention.wk";
      case VALUE -> "attention.wv";
      case OUTPUT -> "attention.wo";
      case FEED_FORWARD_NORM -> "ffn_norm";
      case ROUTER -> "feed_forward.gate";
      case GATE -> "feed_forward.w1";
      case DOWN -> "feed_forward.w2";
      case UP -> "feed_forward.w3";
    };
  }
}
