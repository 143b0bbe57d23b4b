package sirocco.binding;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/// What annotations demand of a value.
record Demands(
    Optional<Bounds> bounds,
    Optional<Length> length,
    Optional<Size> size,
    Optional<Pattern> pattern) {
  static final Demands NONE =
      new Demands(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /// The grammar's bounds are below 10 to this and have as many digits behind the point at most.
  private static final int MAX_DIGITS = 30;

  static Demands of(AnnotatedElement element) {
    return new Demands(
        find(element, Bounds.class),
        find(element, Length.class),
        find(element, Size.class),
        find(element, Pattern.class));
  }

  private static <A extends Annotation> Optional<A> find(AnnotatedElement element, Class<A> type) {
    return Optional.ofNullable(element.getAnnotation(type));
  }

  /// These, and those of another where these have none.
  Demands or(Demands other) {
    return new Demands(
        bounds.or(other::bounds),
        length.or(other::length),
        size.or(other::size),
        pattern.or(other::pattern));
  }

  Demands sizeAlone() {
    return new Demands(Optional.empty(), Optional.empty(), size, Optional.empty());
  }

  Demands withoutSize() {
    return new Demands(bounds, length, Optional.empty(), pattern);
  }

  /// Refuses what says nothing about a type.
  ///
  /// @param meant the annotations that do
  void onlyFor(Place place, String type, List<Class<? extends Annotation>> meant) {
    Stream.of(bounds, length, size, pattern)
        .flatMap(Optional::stream)
        .map(Annotation::annotationType)
        .filter(found -> !meant.contains(found))
        .findFirst()
        .ifPresent(found -> {
          String hint = meant.contains(Size.class) ? "; for items write List<@NAME(…) …>" : "";
          throw place.error(
              "@NAME says nothing about ".replace("NAME", found.getSimpleName())
                  + type
                  + hint.replace("NAME", found.getSimpleName()));
        });
  }

  /// The least number, if there is one.
  Optional<BigDecimal> least(Place place) {
    return bounds
        .map(Bounds::min)
        .filter(d -> d != Double.NEGATIVE_INFINITY)
        .map(d -> decimal(place, "min", d));
  }

  /// The greatest number, if there is one.
  Optional<BigDecimal> most(Place place) {
    return bounds
        .map(Bounds::max)
        .filter(d -> d != Double.POSITIVE_INFINITY)
        .map(d -> decimal(place, "max", d));
  }

  private static BigDecimal decimal(Place place, String which, double bound) {
    if (Double.isFinite(bound)) {
      BigDecimal value = BigDecimal.valueOf(bound).stripTrailingZeros();
      if (value.precision() - value.scale() <= MAX_DIGITS && value.scale() <= MAX_DIGITS) {
        return Objects.requireNonNull(value.scale() < 0 ? value.setScale(0) : value);
      }
    }
    throw place.error(
        "@Bounds("
            + which
            + "): expected at most "
            + MAX_DIGITS
            + " digits before and behind the point, found "
            + bound);
  }

  /// How many characters there may be.
  Range lengths(Place place) {
    return length.map(l -> Range.of(place, "@Length", l.min(), l.max())).orElse(Range.ANY);
  }

  /// How many items there may be.
  Range sizes(Place place) {
    return size.map(s -> Range.of(place, "@Size", s.min(), s.max())).orElse(Range.ANY);
  }

  /// A range of counts, both ends included.
  ///
  /// @param most [Integer#MAX_VALUE] stands for no bound
  record Range(int least, int most) {
    static final Range ANY = new Range(0, Integer.MAX_VALUE);

    private static Range of(Place place, String annotation, int least, int most) {
      if (least < 0 || most < least) {
        throw place.error(
            annotation + ": expected 0 <= min <= max, found min " + least + ", max " + most);
      }
      return new Range(least, most);
    }

    boolean isBounded() {
      return most != Integer.MAX_VALUE;
    }

    boolean has(int count) {
      return least <= count && count <= most;
    }

    /// `2 to 5`, `at least 2`, `any number of`.
    String shown() {
      if (isBounded()) {
        return least == most ? String.valueOf(least) : least + " to " + most;
      }
      return least == 0 ? "any number of" : "at least " + least;
    }
  }
}
