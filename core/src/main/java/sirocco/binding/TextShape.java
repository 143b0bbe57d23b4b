package sirocco.binding;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import sirocco.text.grammar.GrammarException;
import sirocco.text.grammar.TextPattern;
import tools.jackson.databind.node.ObjectNode;

/// Strings, and single characters.
///
/// @param lengths in code points
/// @param made the Java value of a string that fits
record TextShape(Demands.Range lengths, Optional<Search> search, Function<String, Object> made)
    implements Shape {
  /// What a `char` can be: the grammar's characters go further.
  private static final String ONE_UNIT = "^[\\u0000-\\uFFFF]$";

  /// A pattern as it is written and as it is used.
  record Search(String pattern, TextPattern compiled) {
    static Search of(Place place, String pattern) {
      try {
        return new Search(pattern, TextPattern.of(pattern));
      } catch (GrammarException e) {
        throw place.error("@Pattern: " + e.getMessage(), e);
      }
    }
  }

  /// The shape of a type, if it is one of strings.
  static Optional<Shape> of(Class<?> type, Demands demands, Place place) {
    if (type == char.class) {
      demands.onlyFor(place, "single characters", List.of());
      Search search = Search.of(place, ONE_UNIT);
      return Optional.of(
          new TextShape(new Demands.Range(1, 1), Optional.of(search), s -> s.charAt(0)));
    }
    if (type != String.class) {
      return Optional.empty();
    }
    demands.onlyFor(place, "strings", List.of(Length.class, Pattern.class));
    Optional<Search> search = demands.pattern().map(p -> Search.of(place, p.value()));
    return Optional.of(new TextShape(demands.lengths(place), search, text -> text));
  }

  @Override
  public ObjectNode schema() {
    ObjectNode schema = Shape.typed("string");
    if (lengths.least() > 0) {
      schema.put("minLength", lengths.least());
    }
    if (lengths.isBounded()) {
      schema.put("maxLength", lengths.most());
    }
    search.ifPresent(s -> schema.put("pattern", s.pattern()));
    return schema;
  }

  @Override
  public Object read(JsonValue value, Place place) {
    if (!(value instanceof JsonValue.Text(String text))) {
      throw place.expected("a string", value);
    }
    int length = text.codePointCount(0, text.length());
    if (!lengths.has(length)) {
      throw place.expected("a string of " + lengths.shown() + " characters", "one of " + length);
    }
    if (search.isPresent() && !search.get().compiled().isIn(text)) {
      throw place.expected("a string that matches " + search.get().pattern(), value);
    }
    return made.apply(text);
  }
}
