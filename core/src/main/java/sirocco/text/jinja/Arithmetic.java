package sirocco.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import sirocco.text.jinja.Expr.Operator;
import sirocco.text.jinja.Value.Int;
import sirocco.text.jinja.Value.Real;
import sirocco.text.jinja.Value.Sequence;
import sirocco.text.jinja.Value.Undefined;

/// Python's operators. Integers that leave 64 bits are an error where Python would go on.
final class Arithmetic {
  private Arithmetic() {}

  static Value binary(Operator operator, Value left, Value right) {
    Optional<Long> a = Operations.integer(left);
    Optional<Long> b = Operations.integer(right);
    if (a.isPresent() && b.isPresent()) {
      return integers(operator, a.get(), b.get());
    }
    Optional<Double> x = Operations.number(left);
    Optional<Double> y = Operations.number(right);
    if (x.isPresent() && y.isPresent()) {
      return new Real(reals(operator, x.get(), y.get()));
    }
    return others(operator, left, right);
  }

  private static Value integers(Operator operator, long a, long b) {
    try {
      return switch (operator) {
        case ADD -> new Int(Math.addExact(a, b));
        case SUBTRACT -> new Int(Math.subtractExact(a, b));
        case MULTIPLY -> new Int(Math.multiplyExact(a, b));
        case DIVIDE -> new Real(nonZero(a, b) / (double) b);
        case FLOOR_DIVIDE -> new Int(Math.floorDivExact(nonZero(a, b), b));
        case REMAINDER -> new Int(Math.floorMod(nonZero(a, b), b));
        case POWER ->
            b < 0 ? new Real(reals(operator, (double) a, (double) b)) : new Int(power(a, b));
        case PLUS, NEGATE, NOT, AND, OR -> throw new IllegalArgumentException(operator.spelling);
      };
    } catch (ArithmeticException e) {
      throw new Fault("integer overflow in '" + operator.spelling + "'");
    }
  }

  private static long nonZero(long a, long b) {
    if (b == 0) {
      throw new Fault("division by zero");
    }
    return a;
  }

  private static long power(long base, long exponent) {
    long result = 1;
    if (base == 0 || base == 1) {
      return exponent == 0 ? 1 : base;
    }
    if (base == -1) {
      return exponent % 2 == 0 ? 1 : -1;
    }
    // |base| > 1 overflows within 63 rounds.
    for (long i = 0; i < exponent; i++) {
      result = Math.multiplyExact(result, base);
    }
    return result;
  }

  private static double reals(Operator operator, double a, double b) {
    boolean divides =
        operator == Operator.DIVIDE
            || operator == Operator.FLOOR_DIVIDE
            || operator == Operator.REMAINDER;
    if (b == 0 && divides) {
      throw new Fault("division by zero");
    }
    return switch (operator) {
      case ADD -> a + b;
      case SUBTRACT -> a - b;
      case MULTIPLY -> a * b;
      case DIVIDE -> a / b;
      case FLOOR_DIVIDE -> (a - remainder(a, b)) / b;
      case REMAINDER -> remainder(a, b);
      case POWER -> {
        if (a == 0 && b < 0) {
          throw new Fault("division by zero");
        }
        double power = Math.pow(a, b);
        if (Double.isNaN(power) || Double.isInfinite(power)) {
          throw new Fault("a power that is no number");
        }
        yield power;
      }
      case PLUS, NEGATE, NOT, AND, OR -> throw new IllegalArgumentException(operator.spelling);
    };
  }

  /// Python's remainder has the divisor's sign.
  private static double remainder(double a, double b) {
    double remainder = a % b;
    return remainder != 0 && (remainder < 0) != (b < 0) ? remainder + b : remainder;
  }

  private static Value others(Operator operator, Value left, Value right) {
    if (operator == Operator.ADD) {
      return add(left, right);
    }
    if (operator == Operator.MULTIPLY) {
      Optional<Long> times = Operations.integer(right);
      return times.isPresent()
          ? repeat(left, times.get(), right)
          : repeat(right, Operations.integer(left).orElseThrow(unfit(operator, left, right)), left);
    }
    if (operator == Operator.REMAINDER && left instanceof Str format) {
      return Formatting.percent(format, right);
    }
    throw Operations.unfit(operator.spelling, left, right);
  }

  private static Supplier<Fault> unfit(Operator operator, Value left, Value right) {
    return () -> Operations.unfit(operator.spelling, left, right);
  }

  private static Value add(Value left, Value right) {
    if (left instanceof Str a && right instanceof Str b) {
      if (a.safe() == b.safe()) {
        return a.then(b);
      }
      return Formatting.escape(a).then(Formatting.escape(b));
    }
    if (left instanceof Sequence a && right instanceof Sequence b && a.tuple() == b.tuple()) {
      List<Value> all = new ArrayList<>(a.items());
      all.addAll(b.items());
      return a.tuple() ? Sequence.tuple(all) : Sequence.list(all);
    }
    throw Operations.unfit("+", left, right);
  }

  private static Value repeat(Value value, long times, Value count) {
    if (value instanceof Str str) {
      return str.repeat(times);
    }
    if (value instanceof Sequence sequence) {
      if ((double) times * sequence.items().size() > Limits.VALUE_WEIGHT) {
        throw new Fault("a list that is too large");
      }
      List<Value> all = new ArrayList<>();
      for (long i = 0; i < times && !sequence.items().isEmpty(); i++) {
        all.addAll(sequence.items());
      }
      return sequence.tuple() ? Sequence.tuple(all) : Sequence.list(all);
    }
    throw Operations.unfit("*", value, count);
  }

  static Value unary(Operator operator, Value value) {
    boolean negate = operator == Operator.NEGATE;
    Optional<Long> integer = Operations.integer(value);
    if (integer.isPresent()) {
      if (integer.get() == Long.MIN_VALUE && negate) {
        throw new Fault("integer overflow in '-'");
      }
      return new Int(negate ? -integer.get() : integer.get());
    }
    if (value instanceof Real real) {
      return new Real(negate ? -real.value() : real.value());
    }
    if (value instanceof Undefined undefined) {
      throw new Fault(undefined.what());
    }
    throw new Fault("'" + operator.spelling + "' does not work on " + Operations.type(value));
  }
}
