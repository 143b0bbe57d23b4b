package sirocco.lab.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/// Places numbers along an axis.
///
/// @param low its first number
/// @param high its last, above the first
/// @param logarithmic whether equal distances are equal factors; then both are positive
public record Scale(double low, double high, boolean logarithmic) {
  /// A linear one with room for all the values.
  public static Scale linear(DoubleStream values) {
    double[] range = range(values);
    double margin = 0.04 * (range[1] - range[0]);
    // What counts from 0 starts there.
    double low = range[0] >= 0 && range[0] < 0.3 * range[1] ? 0 : range[0] - margin;
    return new Scale(low, range[1] + margin, false);
  }

  /// A linear one from the least to the greatest value.
  public static Scale exact(DoubleStream values) {
    double[] range = range(values);
    return new Scale(range[0], range[1], false);
  }

  /// A logarithmic one from the least to the greatest positive value; linear if they differ by less
  /// than a factor of 4.
  public static Scale exactLogarithmic(double[] values) {
    double[] range = range(DoubleStream.of(values).filter(v -> v > 0));
    return range[0] > 0 && range[1] / range[0] >= 4
        ? new Scale(range[0], range[1], true)
        : exact(DoubleStream.of(values));
  }

  /// A logarithmic one with room for all positive values; linear if they differ by less than a
  /// factor of 4.
  public static Scale logarithmic(double[] values) {
    double[] range = range(DoubleStream.of(values).filter(v -> v > 0));
    return range[0] > 0 && range[1] / range[0] >= 4
        ? new Scale(range[0] / 1.1, range[1] * 1.1, true)
        : linear(DoubleStream.of(values));
  }

  private static double[] range(DoubleStream values) {
    var found = values.filter(Double::isFinite).summaryStatistics();
    if (found.getCount() == 0) {
      return new double[] {0, 1};
    }
    if (found.getMax() - found.getMin() > 1e-9 * Math.abs(found.getMax())) {
      return new double[] {found.getMin(), found.getMax()};
    }
    double around = found.getMax() == 0 ? 1 : 0.1 * Math.abs(found.getMax());
    return new double[] {found.getMin() - around, found.getMax() + around};
  }

  /// Where a number lies: 0 at the first, 1 at the last, within both.
  public double at(double value) {
    double share =
        logarithmic
            ? Math.log(Math.max(value, low) / low) / Math.log(high / low)
            : (value - low) / (high - low);
    return Math.clamp(share, 0, 1);
  }

  /// Round numbers, about `count` of them.
  public List<Double> ticks(int count) {
    List<Double> ticks = new ArrayList<>();
    if (logarithmic) {
      for (double power = Math.pow(10, Math.floor(Math.log10(low))); power <= high; power *= 10) {
        for (double factor : decades() > 2.5 ? new double[] {1} : new double[] {1, 2, 5}) {
          if (power * factor >= low && power * factor <= high) {
            ticks.add(power * factor);
          }
        }
      }
      return ticks;
    }
    double step = step((high - low) / count);
    for (double k = Math.ceil(low / step); k * step <= high + 1e-9 * step; k++) {
      ticks.add(k * step);
    }
    return ticks;
  }

  private double decades() {
    return Math.log10(high / low);
  }

  /// 1, 2 or 5 times a power of ten, at least this.
  private static double step(double least) {
    double power = Math.pow(10, Math.floor(Math.log10(least)));
    for (double factor : new double[] {1, 2, 5}) {
      if (factor * power >= least) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  /// A number for people: four digits.
  public static String show(double value) {
    if (!Double.isFinite(value)) {
      return "–";
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros();
    double size = Math.abs(rounded.doubleValue());
    if (size != 0 && (size < 1e-4 || size >= 1e9)) {
      int exponent = rounded.precision() - rounded.scale() - 1;
      return rounded.scaleByPowerOfTen(-exponent).toPlainString() + "e" + exponent;
    }
    return size >= 1000
        ? String.format(Locale.ROOT, "%,d", Math.round(value)).replace(',', ' ')
        : rounded.toPlainString();
  }
}
