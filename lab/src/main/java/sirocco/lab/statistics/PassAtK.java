package sirocco.lab.statistics;

/// How likely at least one of `k` samples is right, told from more samples than that (Chen et al.
/// 2021, section 2.1): `1 - C(n-c, k) / C(n, k)`, which has no bias.
public final class PassAtK {
  private PassAtK() {}

  /// The estimate.
  ///
  /// @param samples n, those made
  /// @param right c, how many of them are right
  /// @param k at most as many as were made
  public static double of(int samples, int right, int k) {
    if (right < 0 || right > samples || k < 1 || k > samples) {
      throw new IllegalArgumentException(
          "pass@%d needs at least %d samples of which 0 to all are right, found %d right of %d"
              .formatted(k, k, right, samples));
    }
    double none = 1;
    for (int i = 0; i < k; i++) {
      none *= Math.max(0, samples - right - i) / (double) (samples - i);
    }
    return 1 - none;
  }
}
