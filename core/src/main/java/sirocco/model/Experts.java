package sirocco.model;

import java.util.List;
import sirocco.tensor.Tensor;

/// The experts of one layer, each a SwiGLU block.
record Experts(List<FeedForward> experts) {
  Experts {
    experts = List.copyOf(experts);
  }

  /// For each row of x `[T, D]` the sum of its experts' outputs, each times its gate. Rows are
  /// grouped by expert, so that a prompt costs each expert three matrix products and an expert
  /// nobody chose costs nothing. A row adds its experts up in the order of their numbers, whatever
  /// batch it is in.
  Tensor apply(Ops ops, Tensor x, Routing routing) {
    Tensor out = ops.floats(x.rows(), x.columns());
    out.data().fill((byte) 0);
    int[] counts = new int[experts.size()];
    for (int t = 0; t < routing.rows(); t++) {
      for (int k = 0; k < routing.chosen(); k++) {
        counts[routing.expert(t, k)]++;
      }
    }
    for (int e = 0; e < experts.size(); e++) {
      if (counts[e] > 0) {
        add(ops, x, routing, e, counts[e], out);
      }
    }
    return out;
  }

  private void add(Ops ops, Tensor x, Routing routing, int expert, int count, Tensor out) {
    int[] rows = new int[count];
    float[] gates = new float[count];
    int n = 0;
    for (int t = 0; t < routing.rows(); t++) {
      for (int k = 0; k < routing.chosen(); k++) {
        if (routing.expert(t, k) == expert) {
          rows[n] = t;
          gates[n++] = routing.gate(t, k);
        }
      }
    }
    Workspace.Mark mark = ops.workspace().mark();
    Tensor y = ops.swiGlu(ops.gather(x, rows), experts.get(expert)); // [n, D]
    ops.scatterAdd(out, rows, gates, y);
    ops.workspace().release(mark);
  }
}
