package sirocco.convert;

import sirocco.checkpoint.LowRank;
import sirocco.tensor.Tensor;
import sirocco.tensor.quant.Formats;

/// Adds `scale B A` to rows, in float32.
final class LowRankSum {
  private final float[] a; // [r, I]
  private final float[] b; // [O, r]
  private final int rank;
  private final float scale;

  LowRankSum(LowRank pair) {
    this.a = floats(pair.a());
    this.b = floats(pair.b());
    this.rank = pair.rank();
    this.scale = pair.scale();
  }

  /// Adds row `index` of the difference to `row`.
  void addTo(float[] row, long index) {
    float[] change = new float[row.length];
    for (int k = 0; k < rank; k++) {
      float factor = b[Math.toIntExact(index * rank + k)];
      int start = k * row.length;
      for (int i = 0; i < row.length; i++) {
        change[i] += factor * a[start + i];
      }
    }
    for (int i = 0; i < row.length; i++) {
      row[i] += scale * change[i];
    }
  }

  private static float[] floats(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.shape().elements())];
    Formats.of(tensor.dtype()).decode(tensor.data(), 0, values, 0, values.length);
    return values;
  }
}
