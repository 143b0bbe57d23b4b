package sirocco.model;

import sirocco.tensor.Tensor;

/// Mixtral's router: the K experts with the largest logits, gates the softmax over those K logits
/// (arXiv 2401.04088, section 2.1). Logits, softmax and gates are float32 whatever the weights are.
/// Of equal logits the lower expert comes first. No capacity: no token is ever dropped.
///
/// @param matrix `[E, D]`
/// @param chosen K
record Router(Linear matrix, int chosen) {
  /// Routes the rows of x `[T, D]`.
  Routing route(Ops ops, Tensor x) {
    int experts = (int) matrix.weight().rows();
    float[] logits = ops.linear(x, matrix).toFloats(); // [T, E]
    int rows = (int) x.rows();
    int[] ids = new int[rows * chosen];
    float[] gates = new float[rows * chosen];
    for (int t = 0; t < rows; t++) {
      choose(logits, t * experts, experts, ids, t * chosen);
      softmax(logits, t * experts, ids, gates, t * chosen);
    }
    return new Routing(experts, chosen, logits, ids, gates);
  }

  /// The K largest by insertion; a later expert passes an earlier one only if it is strictly
  /// larger.
  private void choose(float[] logits, int row, int experts, int[] ids, int out) {
    for (int e = 0; e < experts; e++) {
      int rank = Math.min(e, chosen);
      while (rank > 0 && logits[row + e] > logits[row + ids[out + rank - 1]]) {
        if (rank < chosen) {
          ids[out + rank] = ids[out + rank - 1];
        }
        rank--;
      }
      if (rank < chosen) {
        ids[out + rank] = e;
      }
    }
  }

  private void softmax(float[] logits, int row, int[] ids, float[] gates, int out) {
    float max = logits[row + ids[out]];
    float sum = 0;
    for (int k = 0; k < chosen; k++) {
      gates[out + k] = (float) Math.exp(logits[row + ids[out + k]] - max);
      sum += gates[out + k];
    }
    for (int k = 0; k < chosen; k++) {
      gates[out + k] /= sum;
    }
  }
}
