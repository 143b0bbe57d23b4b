package sirocco.engine;

import java.util.ArrayList;
import java.util.List;
import sirocco.model.Routing;

/// Which experts one token went to, in every layer: a value that outlives the pass it comes from.
///
/// Legend: L layers, K chosen.
public final class RoutedToken {
  private final int id;
  private final int position;
  private final int[][] experts; // [L, K], by falling gate
  private final float[][] gates; // [L, K]

  private RoutedToken(int id, int position, int[][] experts, float[][] gates) {
    this.id = id;
    this.position = position;
    this.experts = experts;
    this.gates = gates;
  }

  /// Those of a pass that stand at `from` or later.
  public static List<RoutedToken> of(RoutedTokens routed, int from) {
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

  /// The token.
  public int id() {
    return id;
  }

  /// Where it stands in prompt and answer, from 0.
  public int position() {
    return position;
  }

  /// L
  public int layers() {
    return experts.length;
  }

  /// K of a layer.
  public int chosen(int layer) {
    return experts[layer].length;
  }

  /// The expert of a layer that it chose as its `rank`-th; rank 0 is the first choice.
  public int expert(int layer, int rank) {
    return experts[layer][rank];
  }

  /// What that expert's output was multiplied by.
  public float gate(int layer, int rank) {
    return gates[layer][rank];
  }
}
