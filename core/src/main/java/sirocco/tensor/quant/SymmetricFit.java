package sirocco.tensor.quant;

/// Fits a super-block of 256 numbers in sub-blocks of 16 to `x ≈ d s l`: one half d, a whole scale
/// s from -S to S - 1 a sub-block, a level l from -n to n - 1 a number. For Q3_K and Q6_K.
final class SymmetricFit {
  private static final int NUMBERS = 256;
  private static final int SUB = 16;
  private static final int SUBS = NUMBERS / SUB;

  /// What was fitted last: each number's level, each sub-block's scale, the super-block's scale as
  /// a half holds it.
  final int[] level = new int[NUMBERS];

  final int[] scale = new int[SUBS];
  float d;

  private final int n;
  private final int scaleLimit;
  private final ScaleSearch search;
  private final float[] searched = new float[SUBS];
  private final float[] plain = new float[SUBS];
  private double lowest;

  /// @param n levels run from -n to n - 1
  /// @param scaleLimit S
  SymmetricFit(int n, int scaleLimit) {
    this.n = n;
    this.scaleLimit = scaleLimit;
    this.search = new ScaleSearch(n);
  }

  void fit(float[] x, int from) {
    for (int j = 0; j < SUBS; j++) {
      searched[j] = search.best(x, from + j * SUB, SUB);
      plain[j] = Math.abs(ScaleSearch.extreme(x, from + j * SUB, SUB)) / (n - 1);
    }
    // The plain scales bound the error (docs/formats.md); the searched ones must not pass it.
    double bound = round(x, from, plain, 0);
    if (round(x, from, searched, 1) > bound) {
      round(x, from, plain, 1);
    }
    assignLevels(x, from);
  }

  /// Rounds the scales to what the block can hold, trying the whole numbers up to `reach` away from
  /// the nearest ones too, and their opposites, which favour the other end of the levels. Returns
  /// the squared error of the nearest levels under them.
  private double round(float[] x, int from, float[] scales, int reach) {
    float unit = ScaleSearch.extreme(scales, 0, SUBS) / -scaleLimit;
    d = Math.copySign(Blocks.superScale(Math.abs(unit)), unit);
    float inverse = Blocks.inverse(d);
    double total = 0;
    for (int j = 0; j < SUBS; j++) {
      int near = Blocks.nearest(scales[j] * inverse);
      lowest = Double.POSITIVE_INFINITY;
      for (int s = near - reach; s <= near + reach; s++) {
        attempt(x, from, j, s);
        if (reach > 0) {
          attempt(x, from, j, -s);
        }
      }
      total += lowest;
    }
    return total;
  }

  private void attempt(float[] x, int from, int j, int near) {
    int s = Blocks.clamp(near, -scaleLimit, scaleLimit - 1);
    double error = error(x, from + j * SUB, d * s);
    if (error < lowest) {
      lowest = error;
      scale[j] = s;
    }
  }

  private double error(float[] x, int from, float step) {
    float perStep = Blocks.inverse(step);
    double total = 0;
    for (int i = from; i < from + SUB; i++) {
      float error = x[i] - step * Blocks.clamp(Blocks.nearest(x[i] * perStep), -n, n - 1);
      total += (double) error * error;
    }
    return total;
  }

  private void assignLevels(float[] x, int from) {
    for (int j = 0; j < SUBS; j++) {
      float perStep = Blocks.inverse(d * scale[j]);
      for (int i = j * SUB; i < (j + 1) * SUB; i++) {
        level[i] = Blocks.clamp(Blocks.nearest(x[from + i] * perStep), -n, n - 1);
      }
    }
  }
}
