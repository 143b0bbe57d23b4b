package sirocco.lab.routing;

/// Tokens that were read together, and where they went.
///
/// @param ids `[n]`, the tokens
/// @param losses `[n - 1]`, the negative log-likelihood of each but the first, in nats; or none, if
///   no model told
/// @param experts `[L][n K]`, for each token the experts it chose by rank
/// @param gates `[L][n K]`, what their outputs were multiplied by
/// @param entropies `[L][n]`, of the router's distribution over all experts, in nats; not a number
///   where no router told
@SuppressWarnings("ArrayRecordComponent") // a hot path; never compared
public record RoutedWindow(
    int[] ids, double[] losses, int[][] experts, float[][] gates, double[][] entropies) {
  /// n
  public int tokens() {
    return ids.length;
  }

  /// K
  public int chosen() {
    return experts[0].length / ids.length;
  }

  /// The expert that a token chose as its `rank`-th in a layer; rank 0 is the first choice.
  public int expert(int layer, int token, int rank) {
    return experts[layer][token * chosen() + rank];
  }

  /// What that expert's output was multiplied by.
  public float gate(int layer, int token, int rank) {
    return gates[layer][token * chosen() + rank];
  }
}
