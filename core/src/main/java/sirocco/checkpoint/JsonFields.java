package sirocco.checkpoint;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/// The members of one JSON object, with their types checked. A member that is `null` counts as
/// absent except where a method says otherwise.
///
/// @param file the file the object came from
/// @param where path of the object inside the document, ending in a dot; empty for the root
/// @param node the object
record JsonFields(Path file, String where, JsonNode node) {

  boolean has(String name) {
    return node.has(name);
  }

  /// Whether the member is there and says `null`.
  boolean isNull(String name) {
    return node.has(name) && node.get(name).isNull();
  }

  List<String> names() {
    return node.properties().stream().map(Map.Entry::getKey).toList();
  }

  Optional<JsonNode> get(String name) {
    JsonNode value = node.get(name);
    return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
  }

  OptionalInt integer(String name) {
    Optional<JsonNode> value = get(name);
    return value.isEmpty() ? OptionalInt.empty() : OptionalInt.of(integer(name, value.get()));
  }

  int integer(String name, int otherwise) {
    return integer(name).orElse(otherwise);
  }

  /// A member that has no default.
  int required(String name) {
    return integer(name).orElseThrow(() -> error(name + " is missing"));
  }

  /// A whole number that is one of the values of `name`.
  int integer(String name, JsonNode value) {
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw wrong(name, "a 32-bit integer", value);
    }
    return value.intValue();
  }

  OptionalDouble real(String name) {
    Optional<JsonNode> value = get(name);
    if (value.isEmpty()) {
      return OptionalDouble.empty();
    }
    // A literal such as 1e999 is a number to JSON but no value of ours.
    double number = value.get().isNumber() ? value.get().asDouble(Double.NaN) : Double.NaN;
    if (!Double.isFinite(number)) {
      throw wrong(name, "a number", value.get());
    }
    return OptionalDouble.of(number);
  }

  double real(String name, double otherwise) {
    return real(name).orElse(otherwise);
  }

  boolean flag(String name, boolean otherwise) {
    Optional<JsonNode> value = get(name);
    if (value.isEmpty()) {
      return otherwise;
    }
    if (!value.get().isBoolean()) {
      throw wrong(name, "true or false", value.get());
    }
    return value.get().booleanValue();
  }

  Optional<String> text(String name) {
    return get(name).map(value -> text(name, value));
  }

  /// A string that is one of the values of `name`.
  String text(String name, JsonNode value) {
    if (!value.isString()) {
      throw wrong(name, "a string", value);
    }
    return value.stringValue();
  }

  Optional<JsonFields> object(String name) {
    return get(name).map(value -> object(name, value));
  }

  /// An object that is one of the values of `name`.
  JsonFields object(String name, JsonNode value) {
    if (!value.isObject()) {
      throw wrong(name, "an object", value);
    }
    return new JsonFields(file, where + name + ".", value);
  }

  /// The elements of an array; empty when the member is absent.
  List<JsonNode> array(String name) {
    Optional<JsonNode> value = get(name);
    if (value.isEmpty()) {
      return List.of();
    }
    if (!value.get().isArray()) {
      throw wrong(name, "an array", value.get());
    }
    return List.copyOf(value.get().values());
  }

  /// One integer or an array of them, as token ids are given.
  List<Integer> integers(String name) {
    Optional<JsonNode> value = get(name);
    if (value.isEmpty()) {
      return List.of();
    }
    if (!value.get().isArray()) {
      return List.of(integer(name, value.get()));
    }
    var numbers = new ArrayList<Integer>();
    array(name).forEach(element -> numbers.add(integer(name, element)));
    return List.copyOf(numbers);
  }

  CheckpointException error(String message) {
    return new CheckpointException(file, where + message);
  }

  private CheckpointException wrong(String name, String expected, JsonNode found) {
    String text = found.toString();
    String shown = text.length() > 60 ? text.substring(0, 60) + "…" : text;
    return error(name + ": expected " + expected + ", found " + shown);
  }
}
