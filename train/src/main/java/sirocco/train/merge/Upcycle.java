package sirocco.train.merge;

import sirocco.checkpoint.Checkpoint;

/// Sparse upcycling (arXiv 2212.05055): every expert starts as the dense model's feed-forward
/// layer. As the gates of a token sum to 1, the mixture computes what the dense model does until it
/// is trained, whatever its routers say, if there is no noise.
///
/// @param experts E
/// @param topK K, experts a token is sent to
/// @param noise what is added to each expert's weights, as a share of each matrix' standard
///   deviation, so that the copies differ from the start; 0 for none
/// @param seed of routers and noise
public record Upcycle(int experts, int topK, double noise, long seed) {
  /// As many as a configuration may have.
  public static final int MOST_EXPERTS = 4096;

  public Upcycle {
    if (experts < 1 || experts > MOST_EXPERTS) {
      throw new IllegalArgumentException(
          "experts: expected 1 to " + MOST_EXPERTS + ", found " + experts);
    }
    if (topK < 1 || topK > experts) {
      throw new IllegalArgumentException("topK: expected 1 to " + experts + ", found " + topK);
    }
    if (!(noise >= 0 && noise <= 1)) {
      throw new IllegalArgumentException("noise: expected 0 to 1, found " + noise);
    }
  }

  /// The mixture, whose weights are made as they are asked for.
  ///
  /// @param base a dense model; the mixture's closing closes it
  /// @throws MergeException if it is a mixture already
  public Checkpoint of(Checkpoint base) {
    DerivedMixtral.requireDense(base);
    return new UpcycledMixtral(base, this);
  }
}
