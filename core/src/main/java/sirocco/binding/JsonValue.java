package sirocco.binding;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/// A JSON text as a tree. Unlike Jackson's own it keeps members that come twice, which are an error
/// in a record and none in a map, and numbers as they were written.
sealed interface JsonValue {
  /// Grammars nest references 64 deep; each may open a few levels.
  int DEEPEST = 512;

  /// What a value is called in a message.
  String shown();

  /// A member of an object.
  record Member(String name, JsonValue value) {}

  /// An object, its members in the order of the text.
  record Members(List<Member> all) implements JsonValue {
    @Override
    public String shown() {
      return "an object";
    }
  }

  /// A list.
  record Items(List<JsonValue> all) implements JsonValue {
    @Override
    public String shown() {
      return "a list of " + all.size();
    }
  }

  /// A string.
  record Text(String text) implements JsonValue {
    @Override
    public String shown() {
      return '"' + Place.shown(text) + '"';
    }
  }

  /// A number.
  ///
  /// @param written as in the text
  record Numeral(String written, BigDecimal value) implements JsonValue {
    @Override
    public String shown() {
      return Place.shown(written);
    }
  }

  /// A truth value.
  record Flag(boolean value) implements JsonValue {
    @Override
    public String shown() {
      return String.valueOf(value);
    }
  }

  /// `null`.
  record Nothing() implements JsonValue {
    @Override
    public String shown() {
      return "null";
    }
  }

  /// Reads a text that holds one value.
  ///
  /// @throws BindingException if it is no JSON, or nests deeper than [#DEEPEST]
  static JsonValue read(String json, Place place) {
    try (JsonParser parser = Factory.JSON.createParser(ObjectReadContext.empty(), json)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw place.expected("JSON", "nothing");
      }
      JsonValue value = value(parser, first);
      if (parser.nextToken() != null) {
        throw place.error("not valid JSON: there is something behind its end");
      }
      return value;
    } catch (JacksonException e) {
      String why = e.getOriginalMessage().lines().findFirst().orElse("");
      throw place.error("not valid JSON: " + why, e);
    } catch (NumberFormatException | ArithmeticException e) {
      throw place.error("not valid JSON: a number that is out of all bounds", e);
    }
  }

  private static JsonValue value(JsonParser parser, JsonToken token) {
    return switch (token) {
      case START_OBJECT -> {
        List<Member> members = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          members.add(new Member(name, value(parser, parser.nextToken())));
        }
        yield new Members(members);
      }
      case START_ARRAY -> {
        List<JsonValue> items = new ArrayList<>();
        for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
          items.add(value(parser, t));
        }
        yield new Items(items);
      }
      case VALUE_STRING -> new Text(parser.getString());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
          new Numeral(parser.getString(), parser.getDecimalValue());
      case VALUE_TRUE -> new Flag(true);
      case VALUE_FALSE -> new Flag(false);
      case VALUE_NULL -> new Nothing();
      default -> throw new IllegalStateException("a JSON text has no " + token);
    };
  }

  /// The reader of texts.
  final class Factory {
    private static final JsonFactory JSON =
        JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
            .build();

    private Factory() {}
  }
}
