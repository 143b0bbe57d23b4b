package sirocco.binding;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/// Numbers between bounds.
///
/// A grammar writes numbers of 15 digits and an exponent of two: a double holds them, a float does
/// not. So a float has bounds if nothing else says so, and then no exponent.
///
/// @param made the Java value of a number that lies between them
record DecimalShape(
    Optional<BigDecimal> least, Optional<BigDecimal> most, Function<JsonValue.Numeral, Object> made)
    implements Shape {
  /// Digits of a number that is read, written out without its exponent. Beyond it a few characters
  /// of JSON would fill the memory.
  private static final int DIGITS = 400;

  private static final Optional<BigDecimal> FAR = Optional.of(BigDecimal.TEN.pow(15));

  private static final Map<Class<?>, DecimalShape> TYPES =
      Map.of(
          float.class,
              new DecimalShape(
                  FAR.map(BigDecimal::negate), FAR, n -> Float.parseFloat(n.written())),
          double.class,
              new DecimalShape(
                  Optional.empty(), Optional.empty(), n -> Double.parseDouble(n.written())),
          BigDecimal.class,
              new DecimalShape(Optional.empty(), Optional.empty(), JsonValue.Numeral::value));

  /// The shape of a type, if it is one of numbers.
  static Optional<Shape> of(Class<?> type, Demands demands, Place place) {
    return Optional.ofNullable(TYPES.get(type)).map(shape -> shape.narrowed(demands, place));
  }

  private DecimalShape narrowed(Demands demands, Place place) {
    demands.onlyFor(place, "numbers", List.of(Bounds.class));
    DecimalShape shape =
        new DecimalShape(
            demands.least(place).or(() -> least), demands.most(place).or(() -> most), made);
    if (shape.least.isPresent()
        && shape.most.isPresent()
        && shape.least.get().compareTo(shape.most.get()) > 0) {
      throw place.error("@Bounds: no number lies between them");
    }
    return shape;
  }

  @Override
  public ObjectNode schema() {
    ObjectNode schema = Shape.typed("number");
    least.ifPresent(value -> bound(schema, "minimum", value));
    most.ifPresent(value -> bound(schema, "maximum", value));
    return schema;
  }

  /// Whole bounds are written without an exponent.
  private static void bound(ObjectNode schema, String keyword, BigDecimal value) {
    if (value.scale() <= 0) {
      schema.put(keyword, value.toBigIntegerExact());
    } else {
      schema.put(keyword, value);
    }
  }

  @Override
  public Object read(JsonValue value, Place place) {
    if (value instanceof JsonValue.Numeral number && isModerate(number.value())) {
      BigDecimal exact = number.value();
      boolean fits =
          least.map(low -> exact.compareTo(low) >= 0).orElse(true)
              && most.map(high -> exact.compareTo(high) <= 0).orElse(true);
      Object result = fits ? made.apply(number) : Double.NaN;
      if (!(result instanceof Double d) || Double.isFinite(d)) {
        return result;
      }
    }
    throw place.expected("a number" + shown(least, most), value);
  }

  /// Whether a number has so few digits that it can be written out.
  static boolean isModerate(BigDecimal value) {
    long whole = (long) value.precision() - value.scale();
    return whole <= DIGITS && value.scale() <= DIGITS;
  }

  /// ` from 0 to 10`.
  static <N extends Number> String shown(Optional<N> least, Optional<N> most) {
    if (least.isPresent() && most.isPresent()) {
      return " from " + plain(least.get()) + " to " + plain(most.get());
    }
    return least.map(low -> " of at least " + plain(low)).orElse("")
        + most.map(high -> " of at most " + plain(high)).orElse("");
  }

  private static String plain(Number number) {
    return number instanceof BigDecimal decimal ? decimal.toPlainString() : number.toString();
  }
}
