package sirocco.cpu;

import java.util.List;
import sirocco.tensor.Tensor;

/// Which outputs of which matrix each part of a job computes. Numbers instead of a list of parts: a
/// step of generation has thousands of parts, each a few microseconds long.
final class Split {
  /// Multiplications from which on a second thread pays.
  private static final long PARALLEL_FROM = 1 << 16;

  /// Outputs of a part are a multiple of this: as many as a tile has.
  private static final int GRAIN = 32;

  /// Bytes of a matrix in one part, about: few microseconds of reading.
  private static final long PART_BYTES = 96 << 10;

  /// Rows of x that pass this are read from afar, once for each part.
  private static final long CACHED_BYTES = 512 << 10;

  /// The least outputs of a part that pay for that: as many as [TileProducts] unpacks at once.
  private static final int STREAMED_OUTPUTS = 64;

  /// The most outputs of a part.
  private static final int MOST_OUTPUTS = 128;

  /// Rows up to which a matrix is read through once, without being unpacked into panels: then
  /// neighbouring parts are one.
  private static final int FEW_ROWS = 4;

  /// Of the parts left to a thread it takes one in so many at once: few calls, and short ones at
  /// the end, when all wait for the last.
  private static final int SHARE = 3;

  private final List<Tensor> weights;
  private final int[] firsts; // each matrix's first part, and the number of all parts
  private final int[] outputs; // of a part, by matrix
  private final int[] rows; // that each matrix is multiplied with

  /// @param rows that each matrix is multiplied with
  Split(List<Tensor> weights, int[] rows) {
    this.weights = weights;
    this.rows = rows;
    this.firsts = new int[weights.size() + 1];
    this.outputs = new int[weights.size()];
    for (int i = 0; i < outputs.length; i++) {
      Tensor weight = weights.get(i);
      outputs[i] = outputs(weight, rows[i]);
      firsts[i + 1] = firsts[i] + (int) Math.ceilDiv(weight.rows(), (long) outputs[i]);
    }
  }

  private static int outputs(Tensor weight, int rows) {
    boolean streamed = rows * weight.columns() * Float.BYTES > CACHED_BYTES;
    long outputs = Math.max(1, PART_BYTES / Math.max(1, weight.rowBytes()));
    int least = streamed ? STREAMED_OUTPUTS : GRAIN;
    return Math.clamp((outputs + GRAIN - 1) / GRAIN * GRAIN, least, MOST_OUTPUTS);
  }

  /// Which outputs of a matrix are to be computed.
  @FunctionalInterface
  interface Outputs {
    /// Computes outputs `from` to `to - 1`.
    void compute(int matrix, int from, int to, int thread);
  }

  /// The most numbers that one call computes.
  int most() {
    int most = 0;
    for (int i = 0; i < outputs.length; i++) {
      long wide = rows[i] <= FEW_ROWS ? weights.get(i).rows() : outputs[i];
      most = Math.max(most, (int) wide * rows[i]);
    }
    return most;
  }

  /// Computes all outputs of all matrices.
  ///
  /// @param work multiplications of all parts
  void run(Pool pool, long work, Outputs task) {
    int parts = firsts[outputs.length];
    if (work < PARALLEL_FROM) {
      each(0, parts, 0, task);
    } else {
      pool.run(parts, SHARE, (from, to, thread) -> each(from, to, thread, task));
    }
  }

  private void each(int first, int end, int thread, Outputs task) {
    int matrix = matrix(first);
    for (int part = first; part < end; ) {
      while (firsts[matrix + 1] <= part) {
        matrix++;
      }
      int next = rows[matrix] <= FEW_ROWS ? Math.min(end, firsts[matrix + 1]) : part + 1;
      int from = (part - firsts[matrix]) * outputs[matrix];
      long to = (long) (next - firsts[matrix]) * outputs[matrix];
      task.compute(matrix, from, (int) Math.min(to, weights.get(matrix).rows()), thread);
      part = next;
    }
  }

  /// The matrix that a part is of.
  private int matrix(int part) {
    int matrix = 0;
    while (matrix + 1 < outputs.length && firsts[matrix + 1] <= part) {
      matrix++;
    }
    return matrix;
  }
}
