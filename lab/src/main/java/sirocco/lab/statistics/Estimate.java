package sirocco.lab.statistics;

import java.util.Arrays;

/// A number with its error. What cannot be told is not a number.
///
/// @param standardError standard deviation that the value would have over samples like this one
/// @param low lower end of the interval of 95%
/// @param high its upper end
public record Estimate(double value, double standardError, double low, double high) {
  /// Shares of a normal distribution outside of this many standard errors make 5%.
  private static final double NORMAL_95 = 1.959963984540054;

  /// A number without an error.
  public static Estimate exact(double value) {
    return new Estimate(value, 0, value, value);
  }

  /// The mean of independent values, with the standard error `s / √n` and the interval of a normal
  /// distribution; of one value alone the error cannot be told.
  public static Estimate mean(double[] values) {
    int n = values.length;
    double mean = Arrays.stream(values).average().orElse(Double.NaN);
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    double error = n < 2 ? Double.NaN : Math.sqrt(squares / (n - 1) / n);
    return normal(mean, error);
  }

  /// A ratio of sums over independent groups, such as the tokens of documents, which are like each
  /// other within one: `r = Σ x / Σ n` with the standard error `√(D/(D-1) Σ(x - r n)²) / Σ n`; of
  /// one group alone the error cannot be told.
  ///
  /// @param parts x by group
  /// @param wholes n by group; groups of 0 tell nothing
  public static Estimate ratio(double[] parts, double[] wholes) {
    double n = Arrays.stream(wholes).sum();
    double ratio = Arrays.stream(parts).sum() / n;
    double squares = 0;
    int told = 0;
    for (int d = 0; d < parts.length; d++) {
      double off = parts[d] - ratio * wholes[d];
      squares += off * off;
      told += wholes[d] > 0 ? 1 : 0;
    }
    return normal(ratio, told < 2 ? Double.NaN : Math.sqrt(told / (told - 1.0) * squares) / n);
  }

  private static Estimate normal(double value, double error) {
    return new Estimate(value, error, value - NORMAL_95 * error, value + NORMAL_95 * error);
  }
}
