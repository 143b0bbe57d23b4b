package sirocco.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sirocco.tensor.Dispatch;
import sirocco.tensor.Kernels.Expert;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;

/// A sparse mixture shared out among threads: rows are grouped by expert, so that each matrix that
/// somebody chose is read once, whatever the number of rows; gate, up and SiLU are one part, so
/// that the numbers between them never leave the cache.
///
/// Legend: T rows, D width, F expert width, N rows of all experts together.
final class ExpertWork {
  /// Rows from which on sums are shared out among threads.
  private static final int PARALLEL_ROWS = 16;

  /// What making a number ready costs, in multiplications.
  private static final int PREPARATION = 4;

  private final Pool pool;
  private final MatrixWork matrices;

  ExpertWork(Pool pool, MatrixWork matrices) {
    this.pool = pool;
    this.matrices = matrices;
  }

  /// One expert that somebody chose.
  ///
  /// @param start of its rows in the grouped order
  /// @param count of its rows
  private record Group(Expert expert, int start, int count) {}

  void run(
      Tensor x, List<Expert> experts, Dispatch dispatch, Tensor out, SegmentAllocator scratch) {
    List<Group> groups = new ArrayList<>();
    for (int e = 0; e < experts.size(); e++) {
      if (dispatch.count(e) > 0) {
        groups.add(new Group(experts.get(e), dispatch.start(e), dispatch.count(e)));
      }
    }
    int width = (int) x.columns();
    Tensor grouped = Tensor.floats(Shape.of(dispatch.size(), width), scratch); // [N, D]
    for (int i = 0; i < dispatch.size(); i++) {
      MemorySegment.copy(
          x.data(), dispatch.row(i) * x.rowBytes(), grouped.data(), i * x.rowBytes(), x.rowBytes());
    }
    // every expert has the same width
    int hiddenWidth = groups.stream().mapToInt(g -> (int) g.expert.gate().rows()).max().orElse(0);
    Tensor hidden = Tensor.floats(Shape.of(dispatch.size(), hiddenWidth), scratch); // [N, F]
    gateUp(groups, grouped, hidden, scratch);
    down(groups, hidden, grouped, scratch); // the outputs take the place of the inputs
    combine(grouped, dispatch, out);
  }

  /// `hidden = silu(gate x) * up x`.
  private void gateUp(List<Group> groups, Tensor x, Tensor hidden, SegmentAllocator scratch) {
    int most = groups.stream().mapToInt(Group::count).max().orElse(0);
    long room = (long) most * MatrixWork.MOST_OUTPUTS;
    Tensor between = Tensor.floats(Shape.of(pool.threads(), room), scratch); // up x of one part
    List<MatrixWork.Part> parts = new ArrayList<>();
    Inputs inputs = new Inputs(x, groups, scratch);
    long work = 0;
    for (int g = 0; g < groups.size(); g++) {
      Group group = groups.get(g);
      Tensor gate = group.expert.gate();
      Tensor up = group.expert.up();
      Products.Input gateInput = inputs.of(g, gate);
      Products.Input upInput = inputs.of(g, up);
      int outputs = MatrixWork.outputs(gate, group.count);
      long row = group.start * hidden.columns();
      for (int from = 0; from < gate.rows(); from += outputs) {
        int start = from;
        int end = (int) Math.min(from + outputs, gate.rows());
        MemorySegment to = hidden.data().asSlice((row + start) * Float.BYTES);
        parts.add(thread -> {
          MemorySegment own = between.entry(thread).data();
          matrices.way(gate).compute(gateInput, gate, start, end, to, hidden.columns());
          matrices.way(up).compute(upInput, up, start, end, own, end - start);
          Elementwise.swiGlu(to, hidden.columns(), own, end - start, group.count);
        });
      }
      work += 2L * group.count * gate.shape().elements();
    }
    inputs.prepare();
    matrices.run(parts, work);
  }

  /// `y = down hidden`.
  private void down(List<Group> groups, Tensor hidden, Tensor y, SegmentAllocator scratch) {
    List<MatrixWork.Part> parts = new ArrayList<>();
    Inputs inputs = new Inputs(hidden, groups, scratch);
    long work = 0;
    for (int g = 0; g < groups.size(); g++) {
      Group group = groups.get(g);
      Tensor down = group.expert.down();
      MatrixWork.addParts(
          matrices.way(down),
          inputs.of(g, down),
          down,
          y.data().asSlice(group.start * y.rowBytes()),
          y.columns(),
          parts);
      work += group.count * down.shape().elements();
    }
    inputs.prepare();
    matrices.run(parts, work);
  }

  /// The rows of each group, made ready for each way that one of its matrices needs.
  private final class Inputs {
    private final Tensor x;
    private final List<Group> groups;
    private final SegmentAllocator scratch;
    private final Map<Key, Products.Input> made = new LinkedHashMap<>();

    private record Key(int group, Products way) {}

    Inputs(Tensor x, List<Group> groups, SegmentAllocator scratch) {
      this.x = x;
      this.groups = groups;
      this.scratch = scratch;
    }

    /// A group's rows for a matrix; readable after [#prepare].
    Products.Input of(int group, Tensor weight) {
      return made.computeIfAbsent(new Key(group, matrices.way(weight)), this::room);
    }

    private Products.Input room(Key key) {
      Group group = groups.get(key.group);
      int inputs = (int) x.columns();
      long bytes = Math.max(64, key.way.preparedBytes(group.count, inputs));
      return new Products.Input(
          group.count,
          inputs,
          x.data().asSlice(group.start * x.rowBytes(), group.count * x.rowBytes()),
          scratch.allocate(bytes, 64));
    }

    void prepare() {
      List<MatrixWork.Part> parts = new ArrayList<>();
      made.forEach((key, input) ->
          parts.add(_ ->
              key.way.prepare(input.floats(), input.rows(), input.inputs(), input.prepared())));
      matrices.run(parts, x.shape().elements() * PREPARATION);
    }
  }

  /// `out[t] = Σ gate y`, in the order of the experts.
  private void combine(Tensor y, Dispatch dispatch, Tensor out) {
    int rows = (int) out.rows();
    List<List<Integer>> places = new ArrayList<>();
    for (int t = 0; t < rows; t++) {
      places.add(new ArrayList<>());
    }
    for (int i = 0; i < dispatch.size(); i++) {
      places.get(dispatch.row(i)).add(i);
    }
    int parts = rows < PARALLEL_ROWS ? 1 : 4 * pool.threads();
    pool.run(
        parts,
        (part, _) -> {
          for (int t = rows * part / parts; t < rows * (part + 1) / parts; t++) {
            Elementwise.clearRow(out, t);
            for (int place : places.get(t)) {
              Elementwise.addScaledRow(out, t, dispatch.gate(place), y, place);
            }
          }
        });
  }
}
