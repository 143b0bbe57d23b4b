package sirocco.binding;

import java.lang.invoke.MethodHandles;
import java.util.Optional;
import sirocco.text.grammar.Grammar;
import sirocco.text.grammar.GrammarException;

/// What JSON a record stands for: its schema, and the way from JSON to it.
///
/// ```java
/// import java.time.LocalDate;
/// import java.util.List;
/// import java.util.Optional;
/// import sirocco.binding.*;
/// import sirocco.text.grammar.Grammar;
///
/// record Answer(
///     @Description("the capital") @Length(max = 40) String city,
///     @Bounds(min = 0, max = 1) double confidence,
///     @Size(max = 3) List<@Length(max = 80) String> sources,
///     Optional<LocalDate> since) {}
///
/// void main() {
///   RecordShape<Answer> shape = RecordShape.of(Answer.class);
///   Grammar grammar = Grammar.jsonSchema(shape.schema());
///   Answer answer = shape.read("{\"city\": \"Paris\", \"confidence\": 0.9, \"sources\": []}");
/// }
/// ```
///
/// Components may be primitives and their boxes, `String`, `BigInteger`, `BigDecimal`, enums,
/// records (generic ones with their arguments, and such as contain themselves), sealed interfaces
/// of records, `List`, `Set`, arrays, `Map<String, …>`, `LocalDate`, `LocalTime`, `OffsetDateTime`,
/// `Instant`, `Duration`, `UUID` and `URI`. An `Optional` of one, `OptionalInt`, `OptionalLong` or
/// `OptionalDouble` is a member that may be absent; `null` counts as absent. The records of a
/// sealed interface are told apart by a member `type` (or what [Discriminator] says) with the
/// record's name. Names are those of Java, unless [Name] gives another.
///
/// Whatever the [Grammar] of the schema lets pass can be read, unless the record's own constructor
/// refuses it. So integers have the bounds of their Java type, or those of [Bounds] where these are
/// narrower. A `float` lies between -10^15 and 10^15 unless [Bounds] says otherwise, and a `char`
/// is not beyond U+FFFF. A name that comes twice in a map counts with its last value, as a grammar
/// cannot know.
///
/// Reading is strict: members that are unknown, missing or there twice, and values outside of what
/// the annotations allow, are errors. So are numbers that have more than 400 digits when written
/// out, or that no finite `double` stands for; other numbers are rounded to the nearest `double` or
/// `float`.
///
/// A string without [Length] and a list without [Size] have no bound, and neither has a map: a
/// model may go on until its tokens run out, and a text that was cut off binds to nothing.
///
/// Immutable; make one for each type and keep it.
///
/// @param <T> the record or sealed interface
public final class RecordShape<T> {
  private final Class<T> type;
  private final Shape shape;
  private final String schema;

  private RecordShape(Class<T> type, Access access) {
    Place place = Place.root(type.getSimpleName());
    Shapes shapes = new Shapes(access);
    this.type = type;
    this.shape = shapes.root(type, place);
    this.schema = shapes.definitions().schema(shape);
    try {
      var _ = Grammar.jsonSchema(schema);
    } catch (GrammarException e) {
      throw place.error("no grammar can be made of it: " + e.getMessage(), e);
    }
  }

  /// The shape of a record, or of a sealed interface of records. On the module path the packages of
  /// records must be open to `sirocco.core`: `opens com.acme.answers to sirocco.core;`.
  ///
  /// @throws BindingException if it has a component that is not supported, an annotation that does
  ///   not fit its type, or a package that is closed
  public static <T> RecordShape<T> of(Class<T> type) {
    return new RecordShape<>(type, Access.OPEN);
  }

  /// The same for records whose package is open to nobody.
  ///
  /// @param lookup `MethodHandles.lookup()` of a class in the records' module
  public static <T> RecordShape<T> of(Class<T> type, MethodHandles.Lookup lookup) {
    return new RecordShape<>(type, new Access(Optional.of(lookup)));
  }

  public Class<T> type() {
    return type;
  }

  /// The JSON schema (draft 2020-12) of the type, on one line, for [Grammar#jsonSchema].
  public String schema() {
    return schema;
  }

  /// The record that a JSON text stands for.
  ///
  /// @throws BindingException if the text is no JSON or does not fit, naming the place, what was
  ///   expected and what was found: `Answer: sources[2]: expected a string, found 3`; or if the
  ///   record's constructor refuses it
  public T read(String json) {
    Place place = Place.root(type.getSimpleName());
    return type.cast(shape.read(JsonValue.read(json, place), place));
  }
}
