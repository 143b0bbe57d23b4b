package sirocco.binding;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// Whether a member must be there, and which of Java's optionals holds it if not.
enum Presence {
  REQUIRED,
  OPTIONAL,
  OPTIONAL_INT,
  OPTIONAL_LONG,
  OPTIONAL_DOUBLE;

  static Presence of(Class<?> type) {
    if (type == Optional.class) {
      return OPTIONAL;
    }
    if (type == OptionalInt.class) {
      return OPTIONAL_INT;
    }
    if (type == OptionalLong.class) {
      return OPTIONAL_LONG;
    }
    return type == OptionalDouble.class ? OPTIONAL_DOUBLE : REQUIRED;
  }

  /// The type of the value when it is there.
  ResolvedType value(ResolvedType type, Place place) {
    return switch (this) {
      case REQUIRED -> type;
      case OPTIONAL -> {
        if (type.arguments().isEmpty()) {
          throw place.error("Optional needs its type argument");
        }
        ResolvedType inner = type.arguments().getFirst();
        yield inner.with(inner.demands().or(type.demands()));
      }
      case OPTIONAL_INT -> ResolvedType.of(int.class).with(type.demands());
      case OPTIONAL_LONG -> ResolvedType.of(long.class).with(type.demands());
      case OPTIONAL_DOUBLE -> ResolvedType.of(double.class).with(type.demands());
    };
  }

  /// The Java value of one that is there.
  Object present(Object value) {
    return switch (this) {
      case REQUIRED -> value;
      case OPTIONAL -> Optional.of(value);
      case OPTIONAL_INT -> OptionalInt.of((Integer) value);
      case OPTIONAL_LONG -> OptionalLong.of((Long) value);
      case OPTIONAL_DOUBLE -> OptionalDouble.of((Double) value);
    };
  }

  /// The Java value of one that is not.
  ///
  /// @throws BindingException if it must be there
  Object absent(Place place) {
    return switch (this) {
      case REQUIRED -> throw place.error("is missing");
      case OPTIONAL -> Optional.empty();
      case OPTIONAL_INT -> OptionalInt.empty();
      case OPTIONAL_LONG -> OptionalLong.empty();
      case OPTIONAL_DOUBLE -> OptionalDouble.empty();
    };
  }
}
