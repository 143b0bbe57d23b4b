package sirocco.model;

import sirocco.tensor.Dispatch;

/// What a router decided for the rows of one layer: (token, expert, gate) triples in rank order,
/// and the logits they came from. A value: whoever wants to look at it keeps it; nothing is
/// collected behind the scenes.
///
/// Legend: T rows, E experts, K chosen.
public final class Routing {
  private final int experts;
  private final int chosen;
  private final float[] logits;
  private final int[] ids;
  private final float[] gates;

  /// @param experts E
  /// @param chosen K
  /// @param logits `[T, E]`, raw
  /// @param ids `[T, K]`, experts by falling gate
  /// @param gates `[T, K]`, what each expert's output is multiplied by
  Routing(int experts, int chosen, float[] logits, int[] ids, float[] gates) {
    this.experts = experts;
    this.chosen = chosen;
    this.logits = logits;
    this.ids = ids;
    this.gates = gates;
  }

  /// T
  public int rows() {
    return ids.length / chosen;
  }

  /// E
  public int experts() {
    return experts;
  }

  /// K
  public int chosen() {
    return chosen;
  }

  /// The choices by expert.
  Dispatch dispatch() {
    return Dispatch.of(experts, chosen, ids, gates);
  }

  /// The raw router logit of an expert for a row.
  public float logit(int row, int expert) {
    return logits[row * experts + expert];
  }

  /// The expert that a row chose as its `rank`-th; rank 0 is the first choice.
  public int expert(int row, int rank) {
    return ids[row * chosen + rank];
  }

  /// What the output of the `rank`-th choice is multiplied by.
  public float gate(int row, int rank) {
    return gates[row * chosen + rank];
  }

  /// The entropy of the softmax over the logits of all experts for a row, in nats: 0 to log E.
  public double entropy(int row) {
    double most = Double.NEGATIVE_INFINITY;
    for (int e = 0; e < experts; e++) {
      most = Math.max(most, logit(row, e));
    }
    double sum = 0;
    double weighted = 0;
    for (int e = 0; e < experts; e++) {
      double z = logit(row, e) - most;
      double weight = Math.exp(z);
      sum += weight;
      weighted += weight * z;
    }
    return Math.log(sum) - weighted / sum; // -Σ p log p with p = exp(z) / sum
  }
}
