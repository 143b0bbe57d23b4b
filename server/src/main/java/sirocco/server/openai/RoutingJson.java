package sirocco.server.openai;

import java.util.List;
import sirocco.engine.RoutedToken;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Which experts tokens went to, as JSON.
final class RoutingJson {
  private static final double DIGITS = 1e4;

  private RoutingJson() {}

  /// `{"layers": L, "k": K, "tokens": [{"id", "text", "position", "experts", "gates"}]}`; experts
  /// and gates are `[L, K]`, by falling gate.
  static ObjectNode of(List<RoutedToken> tokens, TokenTexts texts, int layers, int chosen) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("layers", layers).put("k", chosen);
    ArrayNode list = node.putArray("tokens");
    for (RoutedToken token : tokens) {
      ObjectNode entry = list.addObject();
      entry
          .put("id", token.id())
          .put("text", texts.text(token.id()))
          .put("position", token.position());
      ArrayNode experts = entry.putArray("experts");
      ArrayNode gates = entry.putArray("gates");
      for (int layer = 0; layer < token.layers(); layer++) {
        ArrayNode layerExperts = experts.addArray();
        ArrayNode layerGates = gates.addArray();
        for (int rank = 0; rank < token.chosen(layer); rank++) {
          layerExperts.add(token.expert(layer, rank));
          layerGates.add(Math.round(token.gate(layer, rank) * DIGITS) / DIGITS);
        }
      }
    }
    return node;
  }
}
