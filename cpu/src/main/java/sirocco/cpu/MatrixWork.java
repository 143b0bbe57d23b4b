package sirocco.cpu;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sirocco.tensor.Tensor;

/// Matrix products shared out among threads: which rows of which matrix make one part.
///
/// Legend: T rows, I inputs, O outputs.
final class MatrixWork {
  /// Where the rows that one way reads may begin.
  private static final long ALIGNMENT = 64;

  private final Pool pool;
  private final List<Products> ways;
  private final Scratch scratch = new Scratch();

  /// @param ways to multiply, the preferred first; the last takes every type
  MatrixWork(Pool pool, List<Products> ways) {
    this.pool = pool;
    this.ways = List.copyOf(ways);
  }

  /// How a matrix is multiplied with.
  Products way(Tensor weight) {
    for (Products way : ways) {
      if (way.takes(weight)) {
        return way;
      }
    }
    throw new IllegalStateException("no way to multiply with " + weight);
  }

  /// `outs[i] = x weights[i]ᵀ`.
  void products(Tensor x, List<Tensor> weights, List<Tensor> outs) {
    int rows = (int) x.rows();
    if (rows == 0) {
      return;
    }
    synchronized (scratch) {
      Products.Input[] inputs = prepare(x, weights);
      int[] rowsEach = new int[weights.size()];
      Arrays.fill(rowsEach, rows);
      Split split = new Split(weights, rowsEach);
      long work = 0;
      for (Tensor weight : weights) {
        work += rows * weight.shape().elements();
      }
      split.run(
          pool,
          work,
          (matrix, from, to, _) -> {
            Tensor weight = weights.get(matrix);
            MemorySegment out = outs.get(matrix).data().asSlice((long) from * Float.BYTES);
            way(weight).compute(inputs[matrix], weight, from, to, out, weight.rows());
          });
    }
  }

  /// The rows for each matrix, made ready once for each way.
  private Products.Input[] prepare(Tensor x, List<Tensor> weights) {
    int rows = (int) x.rows();
    int columns = (int) x.columns();
    long room = 0;
    for (Products way : ways) {
      room += room(way, rows, columns);
    }
    MemorySegment memory = scratch.atLeast(room);
    long used = 0;
    Products.Input[] inputs = new Products.Input[weights.size()];
    for (Products way : ways) {
      Products.@Nullable Input made = null;
      for (int i = 0; i < inputs.length; i++) {
        if (way(weights.get(i)).equals(way)) {
          if (made == null) {
            long bytes = room(way, rows, columns);
            MemorySegment prepared = memory.asSlice(used, bytes);
            used += bytes;
            way.prepare(x.data(), rows, columns, prepared);
            made = new Products.Input(rows, columns, x.data(), prepared);
          }
          inputs[i] = made;
        }
      }
    }
    return inputs;
  }

  private static long room(Products way, int rows, int inputs) {
    long bytes = Math.max(1, way.preparedBytes(rows, inputs));
    return Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT;
  }
}
