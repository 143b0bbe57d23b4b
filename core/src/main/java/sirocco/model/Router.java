package sirocco.model;

import java.util.Arrays;
import java.util.List;
import sirocco.tensor.Tensor;

/// Mixtral's router: the K experts with the largest logits, gates the softmax over those K logits
/// (arXiv 2401.04088, section 2.1). Logits, softmax and gates are float32 whatever the weights are.
/// Of equal logits the lower expert comes first. No capacity: no token is ever dropped.
///
/// @param matrix `[E, D]`
/// @param chosen K
/// @param interventions of this layer, none unless someone looks at what its experts do
record Router(Linear matrix, int chosen, List<Intervention> interventions) {
  /// @throws ModelException if an intervention names no expert of the layer, or together they leave
  ///   none to choose
  Router {
    interventions = List.copyOf(interventions);
    float[] any = new float[(int) matrix.weight().rows()];
    for (Intervention intervention : interventions) {
      intervene(intervention, any, 0, any.length);
      boolean open = false;
      for (float logit : any) {
        open |= logit == 0;
      }
      if (!open) {
        throw new ModelException(intervention + " leaves no expert to choose");
      }
    }
  }

  /// Routes the rows of x `[T, D]`.
  Routing route(Ops ops, Tensor x) {
    int experts = (int) matrix.weight().rows();
    float[] logits = ops.linear(x, matrix).toFloats(); // [T, E]
    int rows = (int) x.rows();
    int[] ids = new int[rows * chosen];
    float[] gates = new float[rows * chosen];
    float[] changed = interventions.isEmpty() ? logits : logits.clone();
    for (int t = 0; t < rows; t++) {
      for (Intervention intervention : interventions) {
        intervene(intervention, changed, t * experts, experts);
      }
      choose(changed, t * experts, experts, ids, t * chosen);
      softmax(changed, t * experts, ids, gates, t * chosen);
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

  private static void intervene(Intervention change, float[] logits, int row, int experts) {
    switch (change) {
      case Intervention.Drop(int _, int expert) ->
          logits[at(change, row, expert, experts)] = Float.NEGATIVE_INFINITY;
      case Intervention.Force(int _, int expert) -> {
        float kept = logits[at(change, row, expert, experts)];
        Arrays.fill(logits, row, row + experts, Float.NEGATIVE_INFINITY);
        logits[row + expert] = kept;
      }
      case Intervention.Swap(int _, int first, int second) -> {
        int a = at(change, row, first, experts);
        int b = at(change, row, second, experts);
        float held = logits[a];
        logits[a] = logits[b];
        logits[b] = held;
      }
    }
  }

  private static int at(Intervention change, int row, int expert, int experts) {
    if (expert < 0 || expert >= experts) {
      throw new ModelException(change + ": the layer has experts 0 to " + (experts - 1));
    }
    return row + expert;
  }
}
