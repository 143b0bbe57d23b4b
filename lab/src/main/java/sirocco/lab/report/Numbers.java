package sirocco.lab.report;

import java.util.Locale;
import sirocco.lab.statistics.Estimate;

/// Numbers with their errors, for people.
public final class Numbers {
  private static final String NONE = "–";

  private Numbers() {}

  /// Such as `0.625 ± 0.012`: two digits of the error decide how many the value has. Where all that
  /// was drawn was the same, no error is told.
  public static String withError(Estimate estimate) {
    return estimate.standardError() > 0 && Double.isFinite(estimate.value())
        ? plain(estimate.value(), places(estimate))
            + " ± "
            + plain(estimate.standardError(), places(estimate))
        : plain(estimate.value(), places(estimate));
  }

  /// Such as `0.601 to 0.649`.
  public static String interval(Estimate estimate) {
    return Double.isFinite(estimate.low()) && Double.isFinite(estimate.high())
        ? plain(estimate.low(), places(estimate))
            + " to "
            + plain(estimate.high(), places(estimate))
        : NONE;
  }

  /// With a sign where there is a difference.
  public static String signed(Estimate estimate) {
    return (estimate.value() > 0 ? "+" : "") + withError(estimate);
  }

  /// Digits behind the point: two of the error.
  private static int places(Estimate estimate) {
    double error = estimate.standardError();
    return error > 0 ? Math.clamp(1 - (int) Math.floor(Math.log10(error)), 0, 6) : 3;
  }

  /// A number with so many digits behind the point.
  public static String plain(double value, int places) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%." + places + "f", value) : NONE;
  }
}
