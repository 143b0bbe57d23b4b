package sirocco.lab.routing;

import java.util.List;
import java.util.function.ToDoubleFunction;
import sirocco.lab.routing.ExpertShares.Choice;
import sirocco.lab.statistics.Estimate;

/// What was counted of one document.
public final class DocumentCounts {
  private final String domain;
  private final RoutingShape shape;
  private final int[][] chosen; // [L][K E], how often an expert was chosen at a rank
  private final int[] sameFirst; // [L], pairs of neighbours with the same first choice
  private final int[] common; // [L], pairs of neighbours with a choice in common
  private final double[] entropy; // [L], sum over tokens
  private int tokens;
  private int pairs;
  private int scored;
  private double loss; // sum over scored tokens

  DocumentCounts(String domain, RoutingShape shape) {
    this.domain = domain;
    this.shape = shape;
    this.chosen = new int[shape.layers()][shape.chosen() * shape.experts()];
    this.sameFirst = new int[shape.layers()];
    this.common = new int[shape.layers()];
    this.entropy = new double[shape.layers()];
  }

  void add(RoutedWindow window) {
    tokens += window.tokens();
    pairs += window.tokens() - 1;
    scored += window.losses().length;
    for (double one : window.losses()) {
      loss += one;
    }
    for (int layer = 0; layer < shape.layers(); layer++) {
      for (int t = 0; t < window.tokens(); t++) {
        for (int rank = 0; rank < shape.chosen(); rank++) {
          chosen[layer][rank * shape.experts() + window.expert(layer, t, rank)]++;
        }
        entropy[layer] += window.entropies()[layer][t];
        if (t > 0) {
          sameFirst[layer] += window.expert(layer, t, 0) == window.expert(layer, t - 1, 0) ? 1 : 0;
          common[layer] += haveCommon(window, layer, t) ? 1 : 0;
        }
      }
    }
  }

  private boolean haveCommon(RoutedWindow window, int layer, int token) {
    for (int a = 0; a < shape.chosen(); a++) {
      for (int b = 0; b < shape.chosen(); b++) {
        if (window.expert(layer, token, a) == window.expert(layer, token - 1, b)) {
          return true;
        }
      }
    }
    return false;
  }

  /// A ratio of sums over documents. The tokens of a document are like each other, so documents and
  /// not tokens count as independent.
  static Estimate ratio(
      List<DocumentCounts> documents,
      ToDoubleFunction<DocumentCounts> part,
      ToDoubleFunction<DocumentCounts> whole) {
    return Estimate.ratio(
        documents.stream().mapToDouble(part).toArray(),
        documents.stream().mapToDouble(whole).toArray());
  }

  public String domain() {
    return domain;
  }

  /// Tokens that were routed.
  public int tokens() {
    return tokens;
  }

  /// Pairs of neighbours within a window.
  public int pairs() {
    return pairs;
  }

  /// Tokens with a loss: all but the first of each window.
  public int scored() {
    return scored;
  }

  /// The sum of their negative log-likelihoods, in nats.
  public double loss() {
    return loss;
  }

  /// How often an expert of a layer was chosen at a rank.
  public int chosen(int layer, int rank, int expert) {
    return chosen[layer][rank * shape.experts() + expert];
  }

  /// How often an expert of a layer was chosen.
  public int chosen(int layer, Choice choice, int expert) {
    return switch (choice) {
      case FIRST -> chosen(layer, 0, expert);
      case SECOND -> shape.chosen() < 2 ? 0 : chosen(layer, 1, expert);
      case ANY -> {
        int all = 0;
        for (int rank = 0; rank < shape.chosen(); rank++) {
          all += chosen(layer, rank, expert);
        }
        yield all;
      }
    };
  }

  /// Of the pairs those whose first choices are the same.
  public int sameFirst(int layer) {
    return sameFirst[layer];
  }

  /// Of the pairs those that have a choice in common.
  public int common(int layer) {
    return common[layer];
  }

  /// The sum over tokens of the entropy of the router's distribution, in nats.
  public double entropy(int layer) {
    return entropy[layer];
  }
}
