package sirocco.checkpoint;

import sirocco.tensor.Tensor;

/// What LoRA (arXiv 2106.09685) adds to one weight W `[O, I]`: with it the layer computes `W x +
/// scale B (A x)`.
///
/// @param a `[r, I]`, of any plain type
/// @param b `[O, r]`, of any plain type
/// @param scale alpha / r, or alpha / sqrt(r) (rsLoRA, arXiv 2312.03732)
public record LowRank(Tensor a, Tensor b, float scale) {
  public LowRank {
    if (a.shape().rank() != 2 || b.shape().rank() != 2 || a.shape().extent(0) != b.columns()) {
      throw new IllegalArgumentException(
          "A and B must be [r, I] and [O, r], found " + a.shape() + " and " + b.shape());
    }
  }

  /// r, the numbers that x passes through.
  public int rank() {
    return Math.toIntExact(a.shape().extent(0));
  }
}
