package sirocco.binding;

import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/// Strings of a form that a Java type has of its own.
///
/// @param format of JSON schema; empty where none fits
/// @param pattern what the Java type demands beyond the format; empty if nothing
/// @param expected for messages
/// @param made the Java value; throws `DateTimeException` or `IllegalArgumentException`
record FormatShape(String format, String pattern, String expected, Function<String, Object> made)
    implements Shape {
  /// Offsets of Java end at 18 hours, those of the format at 24.
  private static final String OFFSET = "(Z|[+-](0[0-9]|1[0-7]):[0-5][0-9])$";

  /// The format has years, months and weeks, whose seconds nobody knows.
  private static final String SECONDS = "^P([0-9]+D)?(T[0-9HMS]+)?$";

  private static final String TIME = "^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$";
  private static final int UUID_LENGTH = 36;

  private static final Map<Class<?>, FormatShape> TYPES =
      Map.of(
          LocalDate.class,
          new FormatShape("date", "", "a date such as 2026-01-31", LocalDate::parse),
          LocalTime.class,
          new FormatShape("", TIME, "a time such as 23:59:00", LocalTime::parse),
          OffsetDateTime.class,
          new FormatShape("date-time", OFFSET, moment(), OffsetDateTime::parse),
          Instant.class,
          new FormatShape(
              "date-time", OFFSET, moment(), text -> OffsetDateTime.parse(text).toInstant()),
          Duration.class,
          new FormatShape("duration", SECONDS, "a duration such as P1DT2H30M", Duration::parse),
          UUID.class,
          new FormatShape("uuid", "", "a UUID", FormatShape::uuid),
          URI.class,
          new FormatShape("uri", "", "a URI", FormatShape::uri));

  private static String moment() {
    return "a date and time such as 2026-01-31T23:59:00Z";
  }

  /// The shape of a type, if it is one of these.
  static Optional<Shape> of(Class<?> type, Demands demands, Place place) {
    Optional<Shape> shape = Optional.ofNullable(TYPES.get(type));
    shape.ifPresent(s -> demands.onlyFor(place, type.getSimpleName(), List.of()));
    return shape;
  }

  /// Java takes groups that are too short.
  private static UUID uuid(String text) {
    if (text.length() != UUID_LENGTH) {
      throw new IllegalArgumentException("expected 36 characters");
    }
    return UUID.fromString(text);
  }

  /// Java takes relative ones.
  private static URI uri(String text) {
    URI uri = URI.create(text);
    if (!uri.isAbsolute()) {
      throw new IllegalArgumentException("expected a scheme");
    }
    return uri;
  }

  @Override
  public ObjectNode schema() {
    ObjectNode schema = Shape.typed("string");
    if (!format.isEmpty()) {
      schema.put("format", format);
    }
    if (!pattern.isEmpty()) {
      schema.put("pattern", pattern);
    }
    return schema;
  }

  @Override
  public Object read(JsonValue value, Place place) {
    if (value instanceof JsonValue.Text(String text)) {
      try {
        return made.apply(text);
      } catch (DateTimeException | IllegalArgumentException | ArithmeticException e) {
        throw place.error("expected " + expected + ", found " + value.shown(), e);
      }
    }
    throw place.expected(expected, value);
  }
}
