package sirocco.cpu;

import java.util.Arrays;
import java.util.List;
import sirocco.tensor.Tensor;

/// Which outputs of which matrix each part of a job computes. Numbers instead of a list of parts: a
/// step of generation has thousands of parts, each a few microseconds long.
final class Split {
  /// Outputs of a part are a multiple of this: as many as a tile has.
  private static final int GRAIN = 16;

  /// Bytes of a matrix in one part, about: few microseconds of reading.
  private static final long PART_BYTES = 96 << 10;

  /// Rows of x that pass this are read from afar, once for each part.
  private static final long CACHED_BYTES = 512 << 10;

  /// The least outputs of a part that pay for that: as many as [TileProducts] unpacks at once.
  private static final int STREAMED_OUTPUTS = 64;

  /// The most outputs of a part.
  static final int MOST_OUTPUTS = 128;

  private final List<Tensor> weights;
  private final int[] firsts; // each matrix's first part, and the number of all parts
  private final int[] outputs; // of a part, by matrix

  /// @param rows that each matrix is multiplied with
  Split(List<Tensor> weights, int[] rows) {
    this.weights = weights;
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

  /// How many parts there are.
  int parts() {
    return firsts[outputs.length];
  }

  /// Which matrix a part is of.
  int matrix(int part) {
    int at = Arrays.binarySearch(firsts, 0, outputs.length, part);
    if (at < 0) {
      return -at - 2;
    }
    while (at + 1 < outputs.length && firsts[at + 1] == part) {
      at++; // those before have no outputs
    }
    return at;
  }

  /// The first output of a part.
  int from(int part) {
    int matrix = matrix(part);
    return (part - firsts[matrix]) * outputs[matrix];
  }

  /// The end of a part's outputs.
  int to(int part) {
    int matrix = matrix(part);
    return (int) Math.min(from(part) + outputs[matrix], weights.get(matrix).rows());
  }
}
