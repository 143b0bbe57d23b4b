package sirocco.model;

import java.util.List;
import java.util.Optional;
import sirocco.tensor.Dispatch;
import sirocco.tensor.Kernels;
import sirocco.tensor.Tensor;

/// The experts of one layer, each a SwiGLU block; a dense layer has one.
final class Experts {
  private final List<FeedForward> blocks;
  private final List<Kernels.Expert> plain; // empty where an adapter changes one of them
  private final Optional<ResidentExperts.Layer> resident;

  /// @param resident keeps those in memory that are needed, if not all may be there
  Experts(List<FeedForward> blocks, Optional<ResidentExperts.Layer> resident) {
    this.resident = resident;
    this.blocks = List.copyOf(blocks);
    this.plain =
        blocks.stream().allMatch(FeedForward::isPlain)
            ? blocks.stream().map(FeedForward::weights).toList()
            : List.of();
  }

  /// For each row of x `[T, D]` the sum of its experts' outputs, each times its gate. Rows are
  /// grouped by expert, so that a prompt costs each expert three matrix products and an expert
  /// nobody chose costs nothing. A row adds its experts up in the order of their numbers, whatever
  /// batch it is in.
  Tensor apply(Ops ops, Tensor x, Dispatch dispatch) {
    if (resident.isPresent()) {
      return resident.get().with(dispatch, present -> ops.experts(x, present, dispatch));
    }
    if (!plain.isEmpty()) {
      return ops.experts(x, plain, dispatch);
    }
    Tensor out = ops.floats(x.rows(), x.columns());
    out.data().fill((byte) 0);
    for (int e = 0; e < blocks.size(); e++) {
      if (dispatch.count(e) > 0) {
        int[] rows = dispatch.rows(e);
        Workspace.Mark mark = ops.workspace().mark();
        Tensor y = ops.swiGlu(ops.gather(x, rows), blocks.get(e)); // [n, D]
        ops.scatterAdd(out, rows, dispatch.gates(e), y);
        ops.workspace().release(mark);
      }
    }
    return out;
  }
}
