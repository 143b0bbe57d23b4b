package sirocco.binding;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/// Integers between bounds: those of their Java type, or narrower ones.
///
/// @param made the Java value of an integer that lies between them
record WholeShape(
    Optional<BigInteger> least, Optional<BigInteger> most, Function<BigInteger, Object> made)
    implements Shape {
  private static final Map<Class<?>, WholeShape> TYPES =
      Map.of(
          byte.class, between(Byte.MIN_VALUE, Byte.MAX_VALUE, BigInteger::byteValueExact),
          short.class, between(Short.MIN_VALUE, Short.MAX_VALUE, BigInteger::shortValueExact),
          int.class, between(Integer.MIN_VALUE, Integer.MAX_VALUE, BigInteger::intValueExact),
          long.class, between(Long.MIN_VALUE, Long.MAX_VALUE, BigInteger::longValueExact),
          BigInteger.class, new WholeShape(Optional.empty(), Optional.empty(), value -> value));

  private static WholeShape between(long least, long most, Function<BigInteger, Object> made) {
    return new WholeShape(
        Optional.of(BigInteger.valueOf(least)), Optional.of(BigInteger.valueOf(most)), made);
  }

  /// The shape of a type, if it is one of integers.
  static Optional<Shape> of(Class<?> type, Demands demands, Place place) {
    return Optional.ofNullable(TYPES.get(type)).map(shape -> shape.narrowed(demands, place));
  }

  private WholeShape narrowed(Demands demands, Place place) {
    demands.onlyFor(place, "integers", List.of(Bounds.class));
    Optional<BigInteger> low =
        demands.least(place).map(d -> d.setScale(0, RoundingMode.CEILING).toBigInteger());
    Optional<BigInteger> high =
        demands.most(place).map(d -> d.setScale(0, RoundingMode.FLOOR).toBigInteger());
    Optional<BigInteger> from = low.isPresent() ? low.map(v -> least.map(v::max).orElse(v)) : least;
    Optional<BigInteger> to = high.isPresent() ? high.map(v -> most.map(v::min).orElse(v)) : most;
    if (from.isPresent() && to.isPresent() && from.get().compareTo(to.get()) > 0) {
      throw place.error("@Bounds: no integer of this type lies between them");
    }
    return new WholeShape(from, to, made);
  }

  @Override
  public ObjectNode schema() {
    ObjectNode schema = Shape.typed("integer");
    least.ifPresent(value -> schema.put("minimum", value));
    most.ifPresent(value -> schema.put("maximum", value));
    return schema;
  }

  @Override
  public Object read(JsonValue value, Place place) {
    if (value instanceof JsonValue.Numeral number && DecimalShape.isModerate(number.value())) {
      BigDecimal exact = number.value().stripTrailingZeros();
      if (exact.scale() <= 0) {
        BigInteger whole = exact.toBigIntegerExact();
        boolean fits =
            least.map(low -> whole.compareTo(low) >= 0).orElse(true)
                && most.map(high -> whole.compareTo(high) <= 0).orElse(true);
        if (fits) {
          return made.apply(whole);
        }
      }
    }
    throw place.expected("an integer" + DecimalShape.shown(least, most), value);
  }
}
