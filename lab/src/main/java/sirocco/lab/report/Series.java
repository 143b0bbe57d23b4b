package sirocco.lab.report;

import java.util.Arrays;
import java.util.stream.IntStream;

/// A curve. Where `y` is not finite, it has a gap.
///
/// @param x rising
/// @param y as many
@SuppressWarnings("ArrayRecordComponent") // drawn, never compared
public record Series(String name, double[] x, double[] y) {
  /// The values that can be drawn.
  public double[] finite() {
    return Arrays.stream(y).filter(Double::isFinite).toArray();
  }

  /// The last value that can be drawn; not a number if there is none.
  public double last() {
    double[] finite = finite();
    return finite.length == 0 ? Double.NaN : finite[finite.length - 1];
  }

  /// An exponential moving average over about a fiftieth of the curve, unbiased at its beginning,
  /// and again from the end, so that it does not lag.
  public Series smoothed() {
    double kept = 1 - 1.0 / Math.clamp(y.length / 50, 4, 200);
    return new Series(name, x, reversed(averages(reversed(averages(y, kept)), kept)));
  }

  private static double[] averages(double[] values, double kept) {
    double[] out = new double[values.length];
    double sum = 0;
    double weight = 0;
    for (int i = 0; i < values.length; i++) {
      boolean there = Double.isFinite(values[i]);
      sum = there ? kept * sum + (1 - kept) * values[i] : sum;
      weight = there ? kept * weight + (1 - kept) : weight;
      out[i] = there ? sum / weight : Double.NaN;
    }
    return out;
  }

  private static double[] reversed(double[] values) {
    return IntStream.range(0, values.length)
        .mapToDouble(i -> values[values.length - 1 - i])
        .toArray();
  }

  /// At most about `most` points that look the same: of each stretch the lowest and the highest.
  public Series thinned(int most) {
    int stretches = most / 2;
    if (y.length <= 2 * stretches) {
      return this;
    }
    int[] kept = new int[2 * stretches];
    for (int s = 0; s < stretches; s++) {
      int from = (int) ((long) s * y.length / stretches);
      int to = (int) ((long) (s + 1) * y.length / stretches);
      int low = from;
      int high = from;
      for (int i = from; i < to; i++) {
        low = y[i] < y[low] || Double.isNaN(y[low]) ? i : low;
        high = y[i] > y[high] || Double.isNaN(y[high]) ? i : high;
      }
      kept[2 * s] = Math.min(low, high);
      kept[2 * s + 1] = Math.max(low, high);
    }
    return new Series(
        name,
        Arrays.stream(kept).mapToDouble(i -> x[i]).toArray(),
        Arrays.stream(kept).mapToDouble(i -> y[i]).toArray());
  }
}
