package sirocco.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayList;
import java.util.List;
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
  /// Rows from which on making them ready, and adding them up, is shared out among threads.
  private static final int PARALLEL_ROWS = 16;

  private final Pool pool;
  private final MatrixWork matrices;
  private final Loops loops;

  ExpertWork(Pool pool, MatrixWork matrices, Loops loops) {
    this.pool = pool;
    this.matrices = matrices;
    this.loops = loops;
  }

  /// One expert that somebody chose.
  ///
  /// @param start of its rows in the grouped order
  /// @param count of its rows
  private record Group(Expert expert, int start, int count) {}

  void run(
      Tensor x, List<Expert> experts, Dispatch dispatch, Tensor out, SegmentAllocator scratch) {
    List<Group> groups = new ArrayList<>(experts.size());
    for (int e = 0; e < experts.size(); e++) {
      if (dispatch.count(e) > 0) {
        groups.add(new Group(experts.get(e), dispatch.start(e), dispatch.count(e)));
      }
    }
    if (groups.isEmpty()) {
      out.data().fill((byte) 0);
      return;
    }
    int width = (int) x.columns();
    Tensor grouped = Tensor.floats(Shape.of(dispatch.size(), width), scratch); // [N, D]
    for (int i = 0; i < dispatch.size(); i++) {
      MemorySegment.copy(
          x.data(), dispatch.row(i) * x.rowBytes(), grouped.data(), i * x.rowBytes(), x.rowBytes());
    }
    // every expert has the same width
    long hiddenWidth = groups.getFirst().expert.gate().rows();
    Tensor hidden = Tensor.floats(Shape.of(dispatch.size(), hiddenWidth), scratch); // [N, F]
    gateUp(groups, grouped, hidden, scratch);
    down(groups, hidden, grouped, scratch); // the outputs take the place of the inputs
    combine(grouped, dispatch, out);
  }

  /// `hidden = silu(gate x) * up x`.
  private void gateUp(List<Group> groups, Tensor x, Tensor hidden, SegmentAllocator scratch) {
    List<Tensor> gates = new ArrayList<>(groups.size());
    List<Tensor> ups = new ArrayList<>(groups.size());
    long work = 0;
    for (Group group : groups) {
      gates.add(group.expert.gate());
      ups.add(group.expert.up());
      work += 2L * group.count * group.expert.gate().shape().elements();
    }
    Inputs inputs = new Inputs(x, groups, List.of(gates, ups), scratch);
    Split split = new Split(gates, counts(groups));
    long room = (long) split.most() * Float.BYTES;
    // up x of what a thread has under way
    MemorySegment between = scratch.allocate(pool.threads() * room, 64);
    split.run(
        pool,
        work,
        (g, from, to, thread) -> {
          Group group = groups.get(g);
          long width = hidden.columns();
          MemorySegment target = hidden.data().asSlice((group.start * width + from) * Float.BYTES);
          MemorySegment own = between.asSlice(thread * room, room);
          inputs.compute(0, g, from, to, target, width);
          inputs.compute(1, g, from, to, own, to - from);
          loops.swiGlu(target, width, own, to - from, group.count);
        });
  }

  private static int[] counts(List<Group> groups) {
    return groups.stream().mapToInt(Group::count).toArray();
  }

  /// `y = down hidden`.
  private void down(List<Group> groups, Tensor hidden, Tensor y, SegmentAllocator scratch) {
    List<Tensor> downs = new ArrayList<>(groups.size());
    long work = 0;
    for (Group group : groups) {
      downs.add(group.expert.down());
      work += group.count * group.expert.down().shape().elements();
    }
    Inputs inputs = new Inputs(hidden, groups, List.of(downs), scratch);
    Split split = new Split(downs, counts(groups));
    split.run(
        pool,
        work,
        (g, from, to, _) -> {
          long at = (groups.get(g).start * y.columns() + from) * Float.BYTES;
          inputs.compute(0, g, from, to, y.data().asSlice(at), y.columns());
        });
  }

  /// The rows of each group, made ready for the ways that its matrices need.
  private final class Inputs {
    private final List<List<Tensor>> weights;
    private final Products[] ways; // [lists, groups]
    private final Products.Input[] inputs; // beside ways

    /// @param weights lists with a matrix for each group
    Inputs(Tensor x, List<Group> groups, List<List<Tensor>> weights, SegmentAllocator scratch) {
      int count = groups.size();
      this.weights = weights;
      this.ways = new Products[weights.size() * count];
      this.inputs = new Products.Input[ways.length];
      int[] distinct = new int[ways.length];
      int made = 0;
      for (int i = 0; i < ways.length; i++) {
        ways[i] = matrices.way(weights.get(i / count).get(i % count));
        int same = i % count;
        while (!ways[same].equals(ways[i])) {
          same += count;
        }
        if (same == i) {
          inputs[i] = room(x, groups.get(i % count), ways[i], scratch);
          distinct[made++] = i;
        } else {
          inputs[i] = inputs[same];
        }
      }
      Pool.Task prepare =
          (part, _) -> {
            Products.Input input = inputs[distinct[part]];
            ways[distinct[part]].prepare(
                input.floats(), input.rows(), input.inputs(), input.prepared());
          };
      if (x.rows() < PARALLEL_ROWS) {
        for (int part = 0; part < made; part++) {
          prepare.part(part, 0);
        }
      } else {
        pool.run(made, prepare);
      }
    }

    private Products.Input room(Tensor x, Group group, Products way, SegmentAllocator scratch) {
      int columns = (int) x.columns();
      long bytes = Math.max(64, way.preparedBytes(group.count, columns));
      return new Products.Input(
          group.count,
          columns,
          x.data().asSlice(group.start * x.rowBytes(), group.count * x.rowBytes()),
          scratch.allocate(bytes, 64));
    }

    /// As [Products#compute] says, of a group's matrix in one of the lists.
    void compute(int list, int group, int from, int to, MemorySegment out, long stride) {
      int i = list * weights.get(list).size() + group;
      ways[i].compute(inputs[i], weights.get(list).get(group), from, to, out, stride);
    }
  }

  /// `out[t] = Σ gate y`, in the order of the experts.
  private void combine(Tensor y, Dispatch dispatch, Tensor out) {
    int rows = (int) out.rows();
    int[] firsts = new int[rows + 1]; // in places, of each row
    for (int i = 0; i < dispatch.size(); i++) {
      firsts[dispatch.row(i) + 1]++;
    }
    for (int t = 0; t < rows; t++) {
      firsts[t + 1] += firsts[t];
    }
    int[] next = firsts.clone();
    int[] places = new int[dispatch.size()];
    for (int i = 0; i < places.length; i++) {
      places[next[dispatch.row(i)]++] = i;
    }
    int parts = rows < PARALLEL_ROWS ? 1 : 4 * pool.threads();
    pool.run(
        parts,
        (part, _) -> {
          int end = (int) ((long) rows * (part + 1) / parts);
          for (int t = (int) ((long) rows * part / parts); t < end; t++) {
            Elementwise.clearRow(out, t);
            for (int i = firsts[t]; i < firsts[t + 1]; i++) {
              loops.addScaledRow(out, t, dispatch.gate(places[i]), y, places[i]);
            }
          }
        });
  }
}
