package sirocco.server.openai;

import java.util.ArrayList;
import java.util.List;
import sirocco.engine.RoutedTokens;
import sirocco.model.Routing;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Which experts one token went to.
///
/// Legend: L layers, K chosen.
///
/// @param id the token
/// @param position in prompt and answer, from 0
/// @param experts `[L, K]`, by falling gate
/// @param gates `[L, K]`
@SuppressWarnings("ArrayRecordComponent") // made here, read once
record RoutedToken(int id, int position, int[][] experts, float[][] gates) {
  private static final double DIGITS = 1e4;

  /// Those of a pass that stand at `from` or later.
  static List<RoutedToken> of(RoutedTokens routed, int from) {
    List<RoutedToken> tokens = new ArrayList<>();
    for (int i = 0; i < routed.count(); i++) {
      if (routed.position(i) >= from) {
        tokens.add(of(routed, i, routed.layers()));
      }
    }
    return tokens;
  }

  private static RoutedToken of(RoutedTokens routed, int index, int layers) {
    int[][] experts = new int[layers][];
    float[][] gates = new float[layers][];
    for (int layer = 0; layer < layers; layer++) {
      Routing routing = routed.routing(layer);
      experts[layer] = new int[routing.chosen()];
      gates[layer] = new float[routing.chosen()];
      for (int rank = 0; rank < routing.chosen(); rank++) {
        experts[layer][rank] = routing.expert(routed.row(index), rank);
        gates[layer][rank] = routing.gate(routed.row(index), rank);
      }
    }
    return new RoutedToken(routed.id(index), routed.position(index), experts, gates);
  }

  /// `{"layers": L, "k": K, "tokens": [{"id", "text", "position", "experts", "gates"}]}`.
  static ObjectNode json(List<RoutedToken> tokens, TokenTexts texts, int layers, int chosen) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("layers", layers).put("k", chosen);
    ArrayNode list = node.putArray("tokens");
    for (RoutedToken token : tokens) {
      ObjectNode entry = list.addObject();
      entry.put("id", token.id).put("text", texts.text(token.id)).put("position", token.position);
      ArrayNode experts = entry.putArray("experts");
      ArrayNode gates = entry.putArray("gates");
      for (int layer = 0; layer < token.experts.length; layer++) {
        ArrayNode layerExperts = experts.addArray();
        ArrayNode layerGates = gates.addArray();
        for (int rank = 0; rank < token.experts[layer].length; rank++) {
          layerExperts.add(token.experts[layer][rank]);
          layerGates.add(Math.round(token.gates[layer][rank] * DIGITS) / DIGITS);
        }
      }
    }
    return node;
  }
}
