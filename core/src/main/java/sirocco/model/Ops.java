package sirocco.model;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
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
/// @param adapters of the rows that verbs with weights are given ([Batch.Part#adapter])
@SuppressWarnings("ArrayRecordComponent") // lives as long as a pass; never compared
record Ops(Kernels kernels, Workspace workspace, int[] adapters) {
  static Ops of(Kernels kernels, Workspace workspace, Batch batch) {
    return new Ops(kernels.during(batch.phase()), workspace, Passes.adapters(batch));
  }

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

  /// `x weightᵀ`: `[T, I]` and `[O, I]` give `[T, O]`, each row with what its adapter adds.
  Tensor linear(Tensor x, Linear weight) {
    Tensor out = matmul(x, weight.weight());
    adapt(out, x, weight);
    return out;
  }

  /// Several products of one x.
  List<Tensor> linears(Tensor x, List<Linear> weights) {
    List<Tensor> plain = weights.stream().map(Linear::weight).toList();
    List<Tensor> outs = plain.stream().map(w -> floats(x.rows(), w.rows())).toList();
    kernels.products(x, plain, outs);
    for (int i = 0; i < outs.size(); i++) {
      adapt(outs.get(i), x, weights.get(i));
    }
    return outs;
  }

  private Tensor matmul(Tensor x, Tensor weight) {
    Tensor out = floats(x.rows(), weight.rows());
    kernels.matmul(x, weight, out);
    return out;
  }

  /// Adds to each row what its adapter does.
  private void adapt(Tensor out, Tensor x, Linear weight) {
    for (int adapter = 0; adapter < weight.pairs().size(); adapter++) {
      Optional<LowRank> pair = weight.pairs().get(adapter);
      if (pair.isPresent()) {
        int wanted = adapter;
        int[] rows =
            IntStream.range(0, adapters.length).filter(row -> adapters[row] == wanted).toArray();
        if (rows.length > 0) {
          addLowRank(out, x, rows, pair.get());
        }
      }
    }
  }

  /// `out += scale (x Aᵀ) Bᵀ` in some rows.
  private void addLowRank(Tensor out, Tensor x, int[] rows, LowRank pair) {
    Workspace.Mark mark = workspace.mark();
    Tensor own = rows.length == x.rows() ? x : gather(x, rows);
    Tensor change = matmul(matmul(own, pair.a()), pair.b()); // [n, O]
    float[] scales = new float[rows.length];
    Arrays.fill(scales, pair.scale());
    scatterAdd(out, rows, scales, change);
    workspace.release(mark);
  }

  /// Whether a row has one of these adapters.
  boolean haveAny(BitSet wanted) {
    return !wanted.isEmpty() && Arrays.stream(adapters).anyMatch(wanted::get);
  }

  /// The same verbs for some of the rows.
  Ops of(int[] rows) {
    return new Ops(kernels, workspace, Arrays.stream(rows).map(row -> adapters[row]).toArray());
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
