package sirocco.tensor.quant;

/// Finds the scale under which a few numbers lose least: `x ≈ s l`, l a whole number from -n to n -
/// 1.
///
/// For fixed levels l the best scale is `s = Σ l x / Σ l²`, and what is then lost is `Σ x² - (Σ l
/// x)² / Σ l²`; so the search tries a row of scales, takes the levels each one gives, and keeps the
/// levels that score the highest `(Σ l x)² / Σ l²`. Least squares without weights: what is kept
/// small is the error that the published table measures.
final class ScaleSearch {
  /// Below this every scale of a block rounds to a zero half.
  static final float NOTHING = 1e-30f;

  /// Tenths of a level around n that the extreme number is placed on.
  private static final int TENTHS = 10;

  private final int n;
  private double score;
  private float scale;

  ScaleSearch(int n) {
    this.n = n;
  }

  /// The scale that loses least on `count` numbers; 0 if they are all next to nothing.
  float best(float[] x, int from, int count) {
    float extreme = extreme(x, from, count);
    if (Math.abs(extreme) < NOTHING) {
      return 0;
    }
    double highest = -1;
    float best = 0;
    for (int tenth = TENTHS; tenth >= -TENTHS; tenth--) {
      refit(x, from, count, -(n + 0.1f * tenth) / extreme);
      if (score > highest) {
        highest = score;
        best = scale;
      }
    }
    // From the best of the row downhill: new levels for the scale, a new scale for the levels.
    for (int step = 0; step < 4; step++) {
      refit(x, from, count, 1 / best);
      if (score <= highest) {
        break;
      }
      highest = score;
      best = scale;
    }
    return best;
  }

  private void refit(float[] x, int from, int count, float inverse) {
    double lx = 0;
    int ll = 0;
    for (int i = from; i < from + count; i++) {
      int level = Blocks.clamp(Blocks.nearest(inverse * x[i]), -n, n - 1);
      lx += (double) level * x[i];
      ll += level * level;
    }
    score = ll == 0 ? -1 : lx * lx / ll;
    scale = ll == 0 ? 0 : (float) (lx / ll);
  }

  /// The number farthest from zero, with its sign; the first of several.
  static float extreme(float[] x, int from, int count) {
    float extreme = 0;
    for (int i = from; i < from + count; i++) {
      extreme = Math.abs(x[i]) > Math.abs(extreme) ? x[i] : extreme;
    }
    return extreme;
  }

  static float smallest(float[] x, int from, int count) {
    float smallest = x[from];
    for (int i = from + 1; i < from + count; i++) {
      smallest = Math.min(smallest, x[i]);
    }
    return smallest;
  }

  static float largest(float[] x, int from, int count) {
    float largest = x[from];
    for (int i = from + 1; i < from + count; i++) {
      largest = Math.max(largest, x[i]);
    }
    return largest;
  }
}
