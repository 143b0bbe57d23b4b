package sirocco.text.grammar;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Numbers between bounds, digit by digit.
final class Ranges {
  private static final Expr FREE_FRACTION = Expr.any(CharSet.DIGITS, 1, JsonText.DIGITS);
  private static final Expr ZEROS = Expr.any(CharSet.of('0'), 1, JsonText.DIGITS);

  private Ranges() {}

  /// A bound of numbers.
  ///
  /// @param exclusive whether the number itself is outside
  record Bound(BigDecimal value, boolean exclusive) {}

  /// The integers between two bounds, of at most [JsonText#DIGITS] digits or as many as the bounds
  /// have.
  static Optional<Expr> integers(Optional<Bound> least, Optional<Bound> most) {
    int digits = Math.max(JsonText.DIGITS, Math.max(digits(least), digits(most)));
    BigInteger far = BigInteger.TEN.pow(digits).subtract(BigInteger.ONE);
    BigInteger low = least.map(Ranges::ceiling).orElse(far.negate());
    BigInteger high = most.map(b -> ceiling(negate(b)).negate()).orElse(far);
    if (low.compareTo(high) > 0) {
      return Optional.empty();
    }
    List<Expr> parts = new ArrayList<>();
    if (low.signum() < 0) {
      BigInteger to = high.min(BigInteger.ONE.negate());
      parts.add(Expr.sequence(Expr.text("-"), natural(to.negate(), low.negate())));
    }
    if (high.signum() >= 0) {
      parts.add(natural(low.max(BigInteger.ZERO), high));
    }
    return Optional.of(new Expr.Choice(parts));
  }

  /// The numbers between two bounds, without an exponent.
  static Optional<Expr> decimals(Optional<Bound> least, Optional<Bound> most, Budget budget) {
    int digits = Math.max(JsonText.DIGITS, Math.max(digits(least), digits(most)));
    BigDecimal far = BigDecimal.TEN.pow(digits);
    Bound low = least.orElse(new Bound(far.negate(), true));
    Bound high = most.orElse(new Bound(far, true));
    Dfa below = magnitudes(negate(high), negate(low), budget);
    Dfa above = magnitudes(low, high, budget);
    List<Expr> parts = new ArrayList<>();
    if (below.matchesSomething()) {
      parts.add(Expr.sequence(Expr.text("-"), new Expr.Regular(below)));
    }
    if (above.matchesSomething()) {
      parts.add(new Expr.Regular(above));
    }
    return parts.isEmpty() ? Optional.empty() : Optional.of(new Expr.Choice(parts));
  }

  /// The numbers without a sign between two bounds.
  private static Dfa magnitudes(Bound low, Bound high, Budget budget) {
    if (high.value().signum() < 0) {
      return Dfa.of(new Expr.Choice(List.of()), budget);
    }
    Dfa all = Dfa.of(upTo(high), budget);
    return low.value().signum() < 0 ? all : all.and(Dfa.of(from(low), budget), budget);
  }

  private static Expr upTo(Bound high) {
    BigInteger whole = high.value().toBigInteger();
    List<Expr> parts = new ArrayList<>();
    parts.add(
        Expr.sequence(
            natural(BigInteger.ZERO, whole.subtract(BigInteger.ONE)), fraction(FREE_FRACTION)));
    String digits = fractionOf(high.value());
    if (!digits.isEmpty()) {
      parts.add(Expr.text(whole.toString()));
      parts.add(Expr.sequence(Expr.text(whole + "."), atMost(digits, high.exclusive())));
    } else if (!high.exclusive()) {
      parts.add(Expr.sequence(Expr.text(whole.toString()), fraction(ZEROS)));
    }
    return new Expr.Choice(parts);
  }

  private static Expr from(Bound low) {
    BigInteger whole = low.value().toBigInteger();
    int length = Math.max(JsonText.DIGITS, whole.toString().length() + 1);
    BigInteger far = BigInteger.TEN.pow(length).subtract(BigInteger.ONE);
    List<Expr> parts = new ArrayList<>();
    parts.add(Expr.sequence(natural(whole.add(BigInteger.ONE), far), fraction(FREE_FRACTION)));
    String digits = fractionOf(low.value());
    if (!digits.isEmpty() || low.exclusive()) {
      parts.add(Expr.sequence(Expr.text(whole + "."), atLeast(digits, low.exclusive())));
    } else {
      parts.add(Expr.sequence(Expr.text(whole.toString()), fraction(FREE_FRACTION)));
    }
    return new Expr.Choice(parts);
  }

  private static Expr fraction(Expr digits) {
    return Expr.optional(Expr.sequence(Expr.text("."), digits));
  }

  /// The digits behind the point without zeros at the end.
  private static String fractionOf(BigDecimal value) {
    String plain = value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    int point = plain.indexOf('.');
    return point < 0 ? "" : plain.substring(point + 1);
  }

  /// Digits behind a point that say as much as these or more.
  private static Expr atLeast(String digits, boolean exclusive) {
    Expr rest = Expr.any(CharSet.DIGITS, 0, JsonText.DIGITS);
    if (digits.isEmpty()) {
      Expr positive = Expr.sequence(new Expr.Chars(CharSet.of('1', '9')), rest);
      return exclusive
          ? Expr.sequence(Expr.any(CharSet.of('0'), 0, JsonText.DIGITS), positive)
          : rest;
    }
    char first = digits.charAt(0);
    Expr same = Expr.sequence(digit(first), atLeast(digits.substring(1), exclusive));
    return first == '9'
        ? same
        : Expr.choice(same, Expr.sequence(new Expr.Chars(CharSet.of(first + 1, '9')), rest));
  }

  /// At least one digit behind a point; together they say as much as these, which are some, or
  /// less.
  private static Expr atMost(String digits, boolean exclusive) {
    char first = digits.charAt(0);
    List<Expr> parts = new ArrayList<>();
    if (first > '0') {
      parts.add(
          Expr.sequence(
              new Expr.Chars(CharSet.of('0', first - 1)),
              Expr.any(CharSet.DIGITS, 0, JsonText.DIGITS)));
    }
    if (digits.length() > 1) {
      Expr more = atMost(digits.substring(1), exclusive);
      parts.add(Expr.sequence(digit(first), Expr.optional(more)));
    } else if (!exclusive) {
      parts.add(Expr.sequence(digit(first), Expr.any(CharSet.of('0'), 0, JsonText.DIGITS)));
    }
    return new Expr.Choice(parts);
  }

  private static int digits(Optional<Bound> bound) {
    return bound.map(b -> b.value().toBigInteger().abs().toString().length()).orElse(0);
  }

  private static Bound negate(Bound bound) {
    return new Bound(bound.value().negate(), bound.exclusive());
  }

  /// The smallest integer above a bound.
  private static BigInteger ceiling(Bound bound) {
    BigInteger up = bound.value().setScale(0, RoundingMode.CEILING).toBigIntegerExact();
    boolean itself = bound.exclusive() && new BigDecimal(up).compareTo(bound.value()) == 0;
    return itself ? up.add(BigInteger.ONE) : up;
  }

  /// The integers from `low` to `high`, neither negative; none if they are the wrong way round.
  static Expr natural(BigInteger low, BigInteger high) {
    List<Expr> parts = new ArrayList<>();
    for (int length = low.toString().length(); length <= high.toString().length(); length++) {
      BigInteger first = length == 1 ? BigInteger.ZERO : BigInteger.TEN.pow(length - 1);
      BigInteger last = BigInteger.TEN.pow(length).subtract(BigInteger.ONE);
      BigInteger from = low.max(first);
      BigInteger to = high.min(last);
      if (from.compareTo(to) <= 0) {
        parts.add(between(from.toString(), to.toString()));
      }
    }
    return new Expr.Choice(parts);
  }

  /// Digits from `low` to `high`, all equally long.
  private static Expr between(String low, String high) {
    if (low.isEmpty()) {
      return Expr.EMPTY;
    }
    int rest = low.length() - 1;
    char first = low.charAt(0);
    char last = high.charAt(0);
    String nines = "9".repeat(rest);
    String zeros = "0".repeat(rest);
    if (low.substring(1).equals(zeros) && high.substring(1).equals(nines)) {
      return Expr.sequence(
          new Expr.Chars(CharSet.of(first, last)), Expr.any(CharSet.DIGITS, rest, rest));
    }
    if (first == last) {
      return Expr.sequence(digit(first), between(low.substring(1), high.substring(1)));
    }
    List<Expr> parts = new ArrayList<>();
    parts.add(Expr.sequence(digit(first), between(low.substring(1), nines)));
    if (last - first > 1) {
      parts.add(
          Expr.sequence(
              new Expr.Chars(CharSet.of(first + 1, last - 1)),
              Expr.any(CharSet.DIGITS, rest, rest)));
    }
    parts.add(Expr.sequence(digit(last), between(zeros, high.substring(1))));
    return new Expr.Choice(parts);
  }

  private static Expr digit(char digit) {
    return Expr.text(String.valueOf(digit));
  }
}
