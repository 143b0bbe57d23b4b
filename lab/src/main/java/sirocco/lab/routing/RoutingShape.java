package sirocco.lab.routing;

import java.util.List;
import java.util.stream.IntStream;
import sirocco.lab.eval.EvaluationException;

/// How many routers there are and what they choose from.
///
/// @param layers L
/// @param experts E
/// @param chosen K
public record RoutingShape(int layers, int experts, int chosen) {
  /// @throws EvaluationException if nothing is routed
  public RoutingShape {
    if (layers < 1 || experts < 1 || chosen < 1 || chosen > experts) {
      throw new EvaluationException(
          "expected a mixture with layers and experts to choose from, found %d layers and %d of %d"
                  .formatted(layers, chosen, experts)
              + " experts: a dense model has no routing");
    }
  }

  /// How often the first choices of two tokens are the same if both are drawn evenly.
  public double chanceOfSameFirst() {
    return 1.0 / experts;
  }

  /// How often the choices of two tokens have an expert in common if both are drawn evenly: `1 -
  /// C(E-K, K) / C(E, K)`.
  public double chanceOfCommonChoice() {
    double none = 1; // the second token's choices, one by one, all miss the first's
    for (int k = 0; k < chosen; k++) {
      none *= (double) Math.max(0, experts - chosen - k) / (experts - k);
    }
    return 1 - none;
  }

  /// The first layer, the middle one and the last: those of the paper's figures are 0, 15 and 31.
  public List<Integer> shownLayers() {
    return IntStream.of(0, (layers - 1) / 2, layers - 1).distinct().boxed().toList();
  }
}
