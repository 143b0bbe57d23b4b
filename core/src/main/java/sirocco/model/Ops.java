package sirocco.model;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import sirocco.checkpoint.LowRank;
import sirocco.tensor.DType;
import sirocco.tensor.Dispatch;
import sirocco.tensor.Kernels;
import sirocco.tensor.KeyValues;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;

/// The verbs a forward pass is written in: each takes its result's memory from the workspace and
/// calls one kernel.
///
/// @param kernels do the arithmetic
/// @param workspace gives the memory; not cleared, so every verb fills its result
record Ops(Kernels kernels, Workspace workspace) {
  Tensor embed(Tensor table, int[] tokens) {
    Tensor out = floats(tokens.length, table.columns());
    kernels.embed(table, tokens, out);
    return out;
  }

  Tensor rmsNorm(Tensor x, Tensor weight, float epsilon) {
    Tensor out = floats(x.rows(), x.columns());
    kernels.rmsNorm(x, weight, epsilon, out);
    return out;
  }

  /// `x weightᵀ`: `[T, I]` and `[O, I]` give `[T, O]`.
  Tensor linear(Tensor x, Linear weight) {
    return switch (weight) {
      case Linear.Plain(Tensor w) -> matmul(x, w);
      case Linear.Adapted(Tensor w, LowRank pair) -> {
        Tensor out = matmul(x, w);
        addLowRank(out, x, pair);
        yield out;
      }
    };
  }

  /// Several products of one x, in one go where no adapter is in the way.
  List<Tensor> linears(Tensor x, List<Linear> weights) {
    if (!weights.stream().allMatch(Linear.Plain.class::isInstance)) {
      return weights.stream().map(weight -> linear(x, weight)).toList();
    }
    List<Tensor> plain = weights.stream().map(Linear::weight).toList();
    List<Tensor> outs = plain.stream().map(w -> floats(x.rows(), w.rows())).toList();
    kernels.products(x, plain, outs);
    return outs;
  }

  private Tensor matmul(Tensor x, Tensor weight) {
    Tensor out = floats(x.rows(), weight.rows());
    kernels.matmul(x, weight, out);
    return out;
  }

  /// `out += scale (x Aᵀ) Bᵀ`.
  private void addLowRank(Tensor out, Tensor x, LowRank pair) {
    Workspace.Mark mark = workspace.mark();
    Tensor change = matmul(matmul(x, pair.a()), pair.b()); // [T, O]
    int[] rows = IntStream.range(0, (int) out.rows()).toArray();
    float[] scales = new float[rows.length];
    Arrays.fill(scales, pair.scale());
    scatterAdd(out, rows, scales, change);
    workspace.release(mark);
  }

  void add(Tensor x, Tensor y) {
    kernels.add(x, y);
  }

  /// The sum of each row's experts, each times its gate.
  Tensor experts(Tensor x, List<Kernels.Expert> experts, Dispatch dispatch) {
    Tensor out = floats(x.rows(), x.columns());
    Workspace.Mark mark = workspace.mark();
    kernels.experts(x, experts, dispatch, out, workspace);
    workspace.release(mark);
    return out;
  }

  /// `down(silu(gate x) * up x)` (arXiv 2002.05202).
  Tensor swiGlu(Tensor x, FeedForward weights) {
    Tensor hidden = linear(x, weights.gate()); // [T, F]
    kernels.swiGlu(hidden, linear(x, weights.up()));
    return linear(hidden, weights.down()); // [T, D]
  }

  void rotate(Tensor x, Tensor cosSin, Kernels.RotaryPairs pairs) {
    kernels.rotate(x, cosSin, pairs);
  }

  void attend(
      Tensor query,
      Tensor key,
      Tensor value,
      KeyValues cache,
      int position,
      int window,
      Tensor out) {
    kernels.attend(query, key, value, cache, position, window, out);
  }

  Tensor gather(Tensor x, int[] rows) {
    Tensor out = floats(rows.length, x.columns());
    kernels.gather(x, rows, out);
    return out;
  }

  void scatterAdd(Tensor x, int[] rows, float[] scales, Tensor y) {
    kernels.scatterAdd(x, rows, scales, y);
  }

  Tensor floats(long... extents) {
    return Tensor.allocate(DType.F32, Shape.of(extents), workspace);
  }
}
