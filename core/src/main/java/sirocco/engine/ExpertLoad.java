package sirocco.engine;

import java.util.Arrays;
import java.util.List;
import sirocco.model.Routing;

/// How tokens were spread over the experts of each layer. A value.
///
/// @param tokens routed
/// @param chosen `[layers][E]`, how often each expert was chosen, at any rank
/// @param entropy `[layers]`, the mean over tokens of the entropy of the router's softmax over all
///   experts, in nats; log E if it has no preference
@SuppressWarnings("ArrayRecordComponent") // copied going in; read through accessors only
public record ExpertLoad(long tokens, long[][] chosen, double[] entropy) {

  /// Of the tokens' choices in a layer the part that went to an expert; 0 before the first token.
  public double share(int layer, int expert) {
    long all = Arrays.stream(chosen[layer]).sum();
    return all == 0 ? 0 : (double) chosen[layer][expert] / all;
  }

  /// Layers with experts; 0 for a dense model.
  public int layers() {
    return chosen.length;
  }

  /// Collects it. For several threads.
  static final class Counter {
    private long tokens;
    private long[][] chosen = new long[0][];
    private double[] entropy = new double[0];

    /// Counts all rows of a pass.
    synchronized void add(List<Routing> routings) {
      if (routings.isEmpty()) {
        return;
      }
      if (chosen.length == 0) {
        chosen = new long[routings.size()][routings.getFirst().experts()];
        entropy = new double[routings.size()];
      }
      tokens += routings.getFirst().rows();
      for (int layer = 0; layer < chosen.length; layer++) {
        Routing routing = routings.get(layer);
        for (int row = 0; row < routing.rows(); row++) {
          for (int rank = 0; rank < routing.chosen(); rank++) {
            chosen[layer][routing.expert(row, rank)]++;
          }
          entropy[layer] += routing.entropy(row);
        }
      }
    }

    synchronized ExpertLoad load() {
      long[][] counts = Arrays.stream(chosen).map(long[]::clone).toArray(long[][]::new);
      double[] means = Arrays.stream(entropy).map(sum -> sum / Math.max(1, tokens)).toArray();
      return new ExpertLoad(tokens, counts, means);
    }
  }
}
