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
    double plainLoss = assign(x, from, plain);
    if (assign(x, from, searched) > plainLoss) {
      assign(x, from, plain);
    }
  }

  /// Rounds the scales to what the block can hold, then each number to the nearest level under its
  /// rounded scale. Returns the squared error.
  private double assign(float[] x, int from, float[] scales) {
    float extreme = ScaleSearch.extreme(scales, 0, SUBS);
    d = -Math.copySign(Blocks.superScale(Math.abs(extreme) / scaleLimit), extreme);
    float inverse = Blocks.inverse(d);
    double loss = 0;
    for (int j = 0; j < SUBS; j++) {
      int whole = Blocks.nearest(scales[j] * inverse);
      scale[j] = Blocks.clamp(whole, -scaleLimit, scaleLimit - 1);
      float step = d * scale[j];
      float perStep = Blocks.inverse(step);
      for (int i = j * SUB; i < (j + 1) * SUB; i++) {
        float value = x[from + i];
        level[i] = Blocks.clamp(Blocks.nearest(value * perStep), -n, n - 1);
        float error = value - step * level[i];
        loss += (double) error * error;
      }
    }
    return loss;
  }
}
