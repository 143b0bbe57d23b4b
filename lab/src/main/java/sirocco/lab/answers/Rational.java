package sirocco.lab.answers;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A plain number by its value, in lowest terms.
///
/// @param denominator positive
record Rational(BigInteger numerator, BigInteger denominator) {
  private static final String DECIMAL = "(?:\\d+\\.?\\d*|\\.\\d+)";
  private static final Pattern PLAIN = Pattern.compile("(-?)(" + DECIMAL + ")");
  private static final Pattern QUOTIENT =
      Pattern.compile("(-?)\\\\frac\\{(-?%1$s)}\\{(-?%1$s)}|(-?)(%1$s)/(%1$s)".formatted(DECIMAL));
  private static final Pattern MIXED = Pattern.compile("(-?)(\\d+)\\\\frac\\{(\\d+)}\\{(\\d+)}");
  private static final Pattern SCIENTIFIC =
      Pattern.compile("(-?" + DECIMAL + ")(?:\\\\times|\\\\cdot)10\\^(?:(\\d)|\\{(-?\\d{1,3})})");

  /// Long numbers take time, and no problem has them.
  private static final int LONGEST = 400;

  private static Rational quotient(BigDecimal over, BigDecimal under) {
    int scale = Math.max(Math.max(over.scale(), under.scale()), 0);
    BigInteger numerator = over.setScale(scale).unscaledValue();
    BigInteger denominator = under.setScale(scale).unscaledValue();
    BigInteger common = numerator.gcd(denominator);
    BigInteger divisor = denominator.signum() < 0 ? common.negate() : common;
    return new Rational(numerator.divide(divisor), denominator.divide(divisor));
  }

  /// The number that a normal text is.
  ///
  /// @return empty if it is none
  static Optional<Rational> of(String text) {
    if (text.length() > LONGEST) {
      return Optional.empty();
    }
    Matcher plain = PLAIN.matcher(text);
    if (plain.matches()) {
      return divided(plain.group(1), new BigDecimal(plain.group(2)), BigDecimal.ONE);
    }
    Matcher mixed = MIXED.matcher(text);
    if (mixed.matches()) {
      BigDecimal under = new BigDecimal(mixed.group(4));
      BigDecimal whole = new BigDecimal(mixed.group(2)).multiply(under);
      return divided(mixed.group(1), whole.add(new BigDecimal(mixed.group(3))), under);
    }
    Matcher scientific = SCIENTIFIC.matcher(text);
    if (scientific.matches()) {
      String power = scientific.group(2) == null ? scientific.group(3) : scientific.group(2);
      BigDecimal digits = new BigDecimal(scientific.group(1));
      return divided("", digits.scaleByPowerOfTen(Integer.parseInt(power)), BigDecimal.ONE);
    }
    return fraction(text);
  }

  private static Optional<Rational> fraction(String text) {
    Matcher quotient = QUOTIENT.matcher(text);
    if (!quotient.matches()) {
      return Optional.empty();
    }
    int first = quotient.group(2) == null ? 4 : 1;
    return divided(
        quotient.group(first),
        new BigDecimal(quotient.group(first + 1)),
        new BigDecimal(quotient.group(first + 2)));
  }

  private static Optional<Rational> divided(String sign, BigDecimal over, BigDecimal under) {
    return under.signum() == 0
        ? Optional.empty()
        : Optional.of(quotient(sign.isEmpty() ? over : over.negate(), under));
  }
}
