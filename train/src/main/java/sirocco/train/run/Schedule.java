package sirocco.train.run;

/// The learning rate over the steps of a run.
///
/// @param kind the form behind the warm-up
/// @param peak the highest rate
/// @param warmup steps of a linear rise from 0
/// @param floor what is left at the end, as a share of the peak
/// @param decay steps of the fall, for [Kind#WSD]
public record Schedule(Kind kind, double peak, int warmup, double floor, int decay) {
  /// Forms.
  public enum Kind {
    /// The peak to the end.
    CONSTANT,
    /// Half a cosine from the peak to the floor.
    COSINE,
    /// Warm-up, stable, decay: the peak, then a straight fall to the floor in the last steps
    /// (MiniCPM, arXiv 2404.06395).
    WSD
  }

  public Schedule {
    if (!(peak > 0 && peak < 1)) {
      throw new IllegalArgumentException("learning_rate must lie between 0 and 1, found " + peak);
    }
    if (warmup < 0 || decay < 0) {
      throw new IllegalArgumentException(
          "warmup_steps and decay_steps must not be negative, found " + warmup + " and " + decay);
    }
    if (!(floor >= 0 && floor <= 1)) {
      throw new IllegalArgumentException("floor must lie in 0 to 1, found " + floor);
    }
  }

  /// The rate of step `step` of `steps`, counted from 0.
  public double rate(int step, int steps) {
    if (step < warmup) {
      return peak * (step + 1) / warmup;
    }
    return switch (kind) {
      case CONSTANT -> peak;
      case COSINE -> {
        double done = (double) (step - warmup) / Math.max(1, steps - warmup);
        double share = (1 + Math.cos(Math.PI * Math.min(1, done))) / 2;
        yield peak * (floor + (1 - floor) * share);
      }
      case WSD -> {
        double left = decay == 0 ? 1 : Math.min(1, (double) (steps - step) / decay);
        yield peak * (floor + (1 - floor) * left);
      }
    };
  }
}
