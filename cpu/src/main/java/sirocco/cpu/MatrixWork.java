package sirocco.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import sirocco.tensor.Tensor;

/// Matrix products shared out among threads: which rows of which matrix make one part.
///
/// Legend: T rows, I inputs, O outputs.
final class MatrixWork {
  /// Multiplications from which on a second thread pays.
  private static final long PARALLEL_FROM = 1 << 16;

  /// Outputs of a part are a multiple of this: as many as a tile has.
  static final int GRAIN = 16;

  /// Bytes of a matrix in one part, about: few microseconds of reading.
  private static final long PART_BYTES = 96 << 10;

  /// Rows of x that pass this are read from afar, once for each part.
  private static final long CACHED_BYTES = 512 << 10;

  /// The least outputs of a part that pay for that: as many as [TileProducts] unpacks at once.
  private static final int STREAMED_OUTPUTS = 64;

  /// The most outputs of a part.
  static final int MOST_OUTPUTS = 128;

  private final Pool pool;
  private final List<Products> ways;

  /// @param ways to multiply, the preferred first; the last takes every type
  MatrixWork(Pool pool, List<Products> ways) {
    this.pool = pool;
    this.ways = List.copyOf(ways);
  }

  /// Some outputs of a product.
  @FunctionalInterface
  interface Part {
    /// Computes them.
    ///
    /// @param thread which of the pool's threads computes it
    void compute(int thread);
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

  /// Outputs of a part.
  ///
  /// @param rows that are multiplied with them
  static int outputs(Tensor weight, int rows) {
    boolean streamed = rows * weight.columns() * Float.BYTES > CACHED_BYTES;
    long outputs = Math.max(1, PART_BYTES / Math.max(1, weight.rowBytes()));
    int least = streamed ? STREAMED_OUTPUTS : GRAIN;
    return Math.clamp((outputs + GRAIN - 1) / GRAIN * GRAIN, least, MOST_OUTPUTS);
  }

  /// `outs[i] = x weights[i]ᵀ`.
  void products(Tensor x, List<Tensor> weights, List<Tensor> outs) {
    int rows = (int) x.rows();
    if (rows == 0) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      List<Part> parts = new ArrayList<>();
      long work = 0;
      List<Products> prepared = new ArrayList<>();
      List<Products.Input> inputs = new ArrayList<>();
      for (int i = 0; i < weights.size(); i++) {
        Tensor weight = weights.get(i);
        Products way = way(weight);
        int at = prepared.indexOf(way);
        if (at < 0) {
          at = prepared.size();
          prepared.add(way);
          inputs.add(input(way, x.data(), rows, (int) x.columns(), arena));
        }
        addParts(way, inputs.get(at), weight, outs.get(i).data(), weight.rows(), parts);
        work += rows * weight.shape().elements();
      }
      run(parts, work);
    }
  }

  private static Products.Input input(
      Products way, MemorySegment floats, int rows, int inputs, Arena arena) {
    MemorySegment prepared = arena.allocate(Math.max(64, way.preparedBytes(rows, inputs)), 64);
    way.prepare(floats, rows, inputs, prepared);
    return new Products.Input(rows, inputs, floats, prepared);
  }

  static void addParts(
      Products way,
      Products.Input input,
      Tensor weight,
      MemorySegment out,
      long stride,
      List<Part> parts) {
    int outputs = outputs(weight, input.rows());
    for (int from = 0; from < weight.rows(); from += outputs) {
      int end = (int) Math.min(from + outputs, weight.rows());
      int start = from;
      MemorySegment to = out.asSlice((long) from * Float.BYTES);
      parts.add(_ -> way.compute(input, weight, start, end, to, stride));
    }
  }

  /// @param work multiplications of all parts
  void run(List<Part> parts, long work) {
    if (work < PARALLEL_FROM) {
      parts.forEach(part -> part.compute(0));
    } else {
      pool.run(parts.size(), (i, thread) -> parts.get(i).compute(thread));
    }
  }
}
