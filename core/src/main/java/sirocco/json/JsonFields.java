package sirocco.json;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// A JSON value of a file that somebody else wrote, and its place in it. Every access checks the
/// type. A member that is `null` counts as absent, but for [#mentions].
///
/// @param node the value
/// @param where its path inside the document, `a.b[0]`; empty for the root
/// @param failure makes the exception for a message
public record JsonFields(JsonNode node, String where, Function<String, RuntimeException> failure) {
  private static final int LONGEST = 60;
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cs}\\u2028\\u2029]");

  /// Whether the member is there and not `null`.
  public boolean has(String name) {
    return get(name).isPresent();
  }

  /// Whether the member is there, be it `null`.
  public boolean mentions(String name) {
    return node.has(name);
  }

  public List<String> names() {
    return node.properties().stream().map(Map.Entry::getKey).toList();
  }

  public Optional<JsonFields> get(String name) {
    return mentions(name) && !node.get(name).isNull()
        ? Optional.of(member(name, node.get(name)))
        : Optional.empty();
  }

  /// Every member with its name, `null`s too.
  public List<Map.Entry<String, JsonFields>> members() {
    return node.properties().stream()
        .map(e -> Map.entry(e.getKey(), member(e.getKey(), e.getValue())))
        .toList();
  }

  private JsonFields member(String name, JsonNode value) {
    return new JsonFields(value, path(shown(name)), failure);
  }

  private String path(String name) {
    return where.isEmpty() ? name : where + "." + name;
  }

  /// Files choose what stands in a message: it stays short and on one line.
  private static String shown(String text) {
    String cut = text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
    return UNPRINTABLE.matcher(cut).replaceAll("?");
  }

  private JsonFields required(String name, String type) {
    return get(name).orElseThrow(() -> error(name + ": expected " + type + ", found nothing"));
  }

  public OptionalInt integer(String name) {
    Optional<JsonFields> value = get(name);
    return value.isPresent() ? OptionalInt.of(value.get().asInteger()) : OptionalInt.empty();
  }

  public int integer(String name, int otherwise) {
    return integer(name).orElse(otherwise);
  }

  public int requiredInteger(String name) {
    return required(name, "a 32-bit integer").asInteger();
  }

  public int asInteger() {
    if (!node.isIntegralNumber() || !node.canConvertToInt()) {
      throw bad("a 32-bit integer");
    }
    return node.intValue();
  }

  /// One integer or a list of them, as token ids are given; none if it is absent.
  public List<Integer> integers(String name) {
    Optional<JsonFields> value = get(name);
    if (value.isEmpty()) {
      return List.of();
    }
    List<JsonFields> all =
        value.get().node.isArray() ? value.get().elements() : List.of(value.get());
    return all.stream().map(JsonFields::asInteger).toList();
  }

  public OptionalDouble real(String name) {
    Optional<JsonFields> value = get(name);
    if (value.isEmpty()) {
      return OptionalDouble.empty();
    }
    // A literal such as 1e999 is a number to JSON but no value of ours.
    JsonNode found = value.get().node;
    double number = found.isNumber() ? found.asDouble(Double.NaN) : Double.NaN;
    if (!Double.isFinite(number)) {
      throw value.get().bad("a number");
    }
    return OptionalDouble.of(number);
  }

  public double real(String name, double otherwise) {
    return real(name).orElse(otherwise);
  }

  public double requiredReal(String name) {
    return real(name).orElseThrow(() -> error(name + ": expected a number, found nothing"));
  }

  public boolean flag(String name, boolean otherwise) {
    return get(name).map(JsonFields::asFlag).orElse(otherwise);
  }

  private boolean asFlag() {
    if (!node.isBoolean()) {
      throw bad("true or false");
    }
    return node.booleanValue();
  }

  public Optional<String> text(String name) {
    return get(name).map(JsonFields::asText);
  }

  public String requiredText(String name) {
    return required(name, "a string").asText();
  }

  public String asText() {
    if (!node.isString()) {
      throw bad("a string");
    }
    return node.stringValue();
  }

  /// One of an enum's constants, spelled in lower case with hyphens.
  public <E extends Enum<E>> Optional<E> choice(String name, Class<E> type) {
    return get(name).map(value -> value.asChoice(type));
  }

  public <E extends Enum<E>> E requiredChoice(String name, Class<E> type) {
    return required(name, "one of " + spelled(type)).asChoice(type);
  }

  public <E extends Enum<E>> E asChoice(Class<E> type) {
    int at = spelled(type).indexOf(asText());
    if (at < 0) {
      throw bad("one of " + spelled(type));
    }
    return type.getEnumConstants()[at];
  }

  private static List<String> spelled(Class<? extends Enum<?>> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(constant -> constant.name().toLowerCase(Locale.ROOT).replace('_', '-'))
        .toList();
  }

  public Optional<JsonFields> object(String name) {
    return get(name).map(JsonFields::asObject);
  }

  public JsonFields requiredObject(String name) {
    return required(name, "an object").asObject();
  }

  /// The same, if it is an object.
  public JsonFields asObject() {
    if (!node.isObject()) {
      throw bad("an object");
    }
    return this;
  }

  /// The elements of a list; none if it is absent.
  public List<JsonFields> list(String name) {
    return get(name).map(JsonFields::elements).orElse(List.of());
  }

  public List<JsonFields> requiredList(String name) {
    return required(name, "a list").elements();
  }

  public List<JsonFields> elements() {
    if (!node.isArray()) {
      throw bad("a list");
    }
    List<JsonFields> out = new ArrayList<>(node.size());
    for (JsonNode element : node.values()) {
      out.add(new JsonFields(element, where + "[" + out.size() + "]", failure));
    }
    return out;
  }

  /// This value is not what it must be.
  public RuntimeException bad(String expected) {
    String place = where.isEmpty() ? "" : where + ": ";
    return failure.apply(place + "expected " + expected + ", found " + shown(node.toString()));
  }

  /// Something else is wrong here.
  public RuntimeException error(String message) {
    return failure.apply(path(message));
  }
}
