package sirocco.model;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import sirocco.tensor.Dispatch;
import sirocco.tensor.Kernels;
import sirocco.tensor.Tensor;

/// The experts of one layer, each a SwiGLU block; a dense layer has one.
final class Experts {
  private final List<FeedForward> blocks;
  private final List<Kernels.Expert> plain;
  private final BitSet changing = new BitSet(); // adapters that change one of them
  private final Optional<ResidentExperts.Layer> resident;

  /// @param resident keeps those in memory that are needed, if not all may be there
  Experts(List<FeedForward> blocks, Optional<ResidentExperts.Layer> resident) {
    this.resident = resident;
    this.blocks = List.copyOf(blocks);
    this.plain = blocks.stream().map(FeedForward::weights).toList();
    for (FeedForward block : blocks) {
      IntStream.range(0, block.gate().pairs().size())
          .filter(block::isChangedBy)
          .forEach(changing::set);
    }
  }

  /// For each row of x `[T, D]` the sum of its experts' outputs, each times its gate. Rows are
  /// grouped by expert, so that a prompt costs each expert three matrix products and an expert
  /// nobody chose costs nothing. A row adds its experts up in the order of their numbers, whatever
  /// batch it is in.
  Tensor apply(Ops ops, Tensor x, Dispatch dispatch) {
    if (resident.isPresent()) {
      return resident.get().with(dispatch, present -> ops.experts(x, present, dispatch));
    }
    if (!ops.haveAny(changing)) {
      return ops.experts(x, plain, dispatch);
    }
    Tensor out = ops.floats(x.rows(), x.columns());
    out.data().fill((byte) 0);
    for (int e = 0; e < blocks.size(); e++) {
      if (dispatch.count(e) > 0) {
        int[] rows = dispatch.rows(e);
        Workspace.Mark mark = ops.workspace().mark();
        Tensor y = ops.of(rows).swiGlu(ops.gather(x, rows), blocks.get(e)); // [n, D]
        ops.scatterAdd(out, rows, dispatch.gates(e), y);
        ops.workspace().release(mark);
      }
    }
    return out;
  }
}
