package sirocco.tensor.quant;

/// Fits a super-block of 256 numbers to `x ≈ d s l - e m`: halves d and e, whole s and m from 0 to
/// S a sub-block, a level l from 0 to n a number. For Q2_K, Q4_K and Q5_K.
///
/// Each sub-block is first fitted alone by `x ≈ a l - b`, b at least 0: a row of scales is tried,
/// and for the levels that each one gives a and b come from the normal equations of least squares
/// (without weights, as in [ScaleSearch]).
final class AffineFit {
  private static final int NUMBERS = 256;

  /// Tenths of a level around n that the largest number is placed on.
  private static final int TENTHS = 10;

  /// What was fitted last: each number's level, each sub-block's s and m, d and e as halves hold
  /// them.
  final int[] level = new int[NUMBERS];

  final int[] scale;
  final int[] min;
  float d;
  float e;

  private final int sub;
  private final int subs;
  private final int n;
  private final int limit;
  private final float[] searchedStep;
  private final float[] searchedDepth;
  private final float[] plainStep;
  private final float[] plainDepth;

  private double loss;
  private float step;
  private float depth;

  /// @param sub numbers in a sub-block
  /// @param n the highest level
  /// @param limit S
  AffineFit(int sub, int n, int limit) {
    this.sub = sub;
    this.subs = NUMBERS / sub;
    this.n = n;
    this.limit = limit;
    scale = new int[subs];
    min = new int[subs];
    searchedStep = new float[subs];
    searchedDepth = new float[subs];
    plainStep = new float[subs];
    plainDepth = new float[subs];
  }

  void fit(float[] x, int from) {
    for (int j = 0; j < subs; j++) {
      search(x, from + j * sub, j);
    }
    // The plain scales bound the error (docs/formats.md); the searched ones must not pass it.
    double bound = round(x, from, plainStep, plainDepth, 0);
    if (round(x, from, searchedStep, searchedDepth, 1) > bound) {
      round(x, from, plainStep, plainDepth, 1);
    }
    assignLevels(x, from);
  }

  private void search(float[] x, int from, int j) {
    float low = Math.min(0, ScaleSearch.smallest(x, from, sub));
    float range = ScaleSearch.largest(x, from, sub) - low;
    plainStep[j] = range / n;
    plainDepth[j] = -low;
    searchedStep[j] = plainStep[j];
    searchedDepth[j] = plainDepth[j];
    if (range < ScaleSearch.NOTHING) {
      return;
    }
    double squares = 0;
    double sum = 0;
    for (int i = from; i < from + sub; i++) {
      squares += (double) x[i] * x[i];
      sum += x[i];
    }
    double lowest = Double.POSITIVE_INFINITY;
    for (int tenth = TENTHS; tenth >= -TENTHS; tenth--) {
      refit(x, from, (n + 0.1f * tenth) / range, -low, sum, squares);
      lowest = keep(j, lowest);
    }
    for (int again = 0; again < 4; again++) {
      refit(x, from, 1 / searchedStep[j], searchedDepth[j], sum, squares);
      if (loss >= lowest) {
        break;
      }
      lowest = keep(j, lowest);
    }
  }

  private double keep(int j, double lowest) {
    if (loss < lowest) {
      searchedStep[j] = step;
      searchedDepth[j] = depth;
      return loss;
    }
    return lowest;
  }

  /// Levels for the given scale and depth, then the step and depth that fit these levels best.
  private void refit(float[] x, int from, float inverse, float offset, double sum, double squares) {
    int l1 = 0;
    int l2 = 0;
    double lx = 0;
    for (int i = from; i < from + sub; i++) {
      int l = Blocks.clamp(Blocks.nearest((x[i] + offset) * inverse), 0, n);
      l1 += l;
      l2 += l * l;
      lx += (double) l * x[i];
    }
    double determinant = (double) sub * l2 - (double) l1 * l1;
    double a = 0;
    double b = Math.max(0, -sum / sub);
    if (determinant > 0) {
      a = (sub * lx - l1 * sum) / determinant;
      b = (l1 * lx - l2 * sum) / determinant;
    }
    if (b <= 0 && l2 > 0) {
      a = lx / l2;
      b = 0;
    }
    loss =
        a <= 0
            ? Double.POSITIVE_INFINITY
            : squares + a * a * l2 + sub * b * b - 2 * (a * lx + a * b * l1 - b * sum);
    step = (float) a;
    depth = (float) b;
  }

  /// Rounds steps and depths to what the block can hold, trying the whole numbers up to `reach`
  /// away from the nearest ones too. Returns the squared error of the nearest levels under them.
  private double round(float[] x, int from, float[] steps, float[] depths, int reach) {
    d = Blocks.superScale(ScaleSearch.largest(steps, 0, subs) / limit);
    e = Blocks.superScale(ScaleSearch.largest(depths, 0, subs) / limit);
    float perD = Blocks.inverse(d);
    float perE = Blocks.inverse(e);
    double total = 0;
    for (int j = 0; j < subs; j++) {
      int nearScale = Blocks.clamp(Blocks.nearest(steps[j] * perD), 0, limit);
      int nearMin = Blocks.clamp(Blocks.nearest(depths[j] * perE), 0, limit);
      double lowest = Double.POSITIVE_INFINITY;
      for (int s = Math.max(0, nearScale - reach); s <= Math.min(limit, nearScale + reach); s++) {
        for (int m = Math.max(0, nearMin - reach); m <= Math.min(limit, nearMin + reach); m++) {
          double error = error(x, from + j * sub, d * s, e * m);
          if (error < lowest) {
            lowest = error;
            scale[j] = s;
            min[j] = m;
          }
        }
      }
      total += lowest;
    }
    return total;
  }

  private double error(float[] x, int from, float step, float depth) {
    float perStep = Blocks.inverse(step);
    double total = 0;
    for (int i = from; i < from + sub; i++) {
      int l = Blocks.clamp(Blocks.nearest((x[i] + depth) * perStep), 0, n);
      float error = x[i] - (step * l - depth);
      total += (double) error * error;
    }
    return total;
  }

  private void assignLevels(float[] x, int from) {
    for (int j = 0; j < subs; j++) {
      float step = d * scale[j];
      float depth = e * min[j];
      float perStep = Blocks.inverse(step);
      for (int i = j * sub; i < (j + 1) * sub; i++) {
        level[i] = Blocks.clamp(Blocks.nearest((x[from + i] + depth) * perStep), 0, n);
      }
    }
  }
}
