package sirocco.binding;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Array;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What a tool gave back, as text for the model: strings as they are, all else as JSON.
final class ResultText {
  /// What contains itself would go on for ever.
  private static final int DEEPEST = 128;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Place place;

  private ResultText(Place place) {
    this.place = place;
  }

  /// The text of a value.
  ///
  /// @throws BindingException if a record within it is closed to us, or if it nests too deep
  static String of(@Nullable Object value, Place place) throws ReflectiveOperationException {
    return value instanceof CharSequence text
        ? text.toString()
        : new ResultText(place).node(value, 0).toString();
  }

  private JsonNode node(@Nullable Object value, int depth) throws ReflectiveOperationException {
    if (depth > DEEPEST) {
      throw place.error("the result nests deeper than " + DEEPEST);
    }
    return switch (value) {
      case null -> NODES.nullNode();
      case Boolean flag -> NODES.booleanNode(flag);
      case Number number -> number(number);
      case Enum<?> constant -> NODES.stringNode(name(constant));
      case Record members -> members(members, depth);
      case Map<?, ?> map -> {
        ObjectNode object = NODES.objectNode();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          object.set(String.valueOf(entry.getKey()), node(entry.getValue(), depth + 1));
        }
        yield object;
      }
      case Iterable<?> items when !(value instanceof java.nio.file.Path) -> items(items, depth);
      case Object array when array.getClass().isArray() -> {
        List<@Nullable Object> items = new ArrayList<>();
        for (int i = 0; i < Array.getLength(array); i++) {
          items.add(Array.get(array, i));
        }
        yield items(items, depth);
      }
      case Optional<?> held -> node(held.orElse(null), depth + 1);
      case OptionalInt held ->
          held.isPresent() ? NODES.numberNode(held.getAsInt()) : NODES.nullNode();
      case OptionalLong held ->
          held.isPresent() ? NODES.numberNode(held.getAsLong()) : NODES.nullNode();
      case OptionalDouble held -> held.isPresent() ? number(held.getAsDouble()) : NODES.nullNode();
      default -> NODES.stringNode(value.toString());
    };
  }

  private static JsonNode number(Number number) {
    return switch (number) {
      case Byte n -> NODES.numberNode(n);
      case Short n -> NODES.numberNode(n);
      case Integer n -> NODES.numberNode(n);
      case Long n -> NODES.numberNode(n);
      case BigInteger n -> NODES.numberNode(n);
      case BigDecimal n -> NODES.numberNode(n);
      case Float n when Float.isFinite(n) -> NODES.numberNode(n);
      case Double n when Double.isFinite(n) -> NODES.numberNode(n);
      default -> NODES.stringNode(number.toString());
    };
  }

  /// Whether it is an optional that is empty.
  private static boolean isAbsent(@Nullable Object value) {
    return Optional.empty().equals(value)
        || OptionalInt.empty().equals(value)
        || OptionalLong.empty().equals(value)
        || OptionalDouble.empty().equals(value);
  }

  private JsonNode items(Iterable<?> items, int depth) throws ReflectiveOperationException {
    ArrayNode array = NODES.arrayNode();
    for (Object item : items) {
      array.add(node(item, depth + 1));
    }
    return array;
  }

  /// A record; optionals that are empty are left out.
  private JsonNode members(Record value, int depth) throws ReflectiveOperationException {
    ObjectNode object = NODES.objectNode();
    List<Object> values = Access.components(value, place);
    RecordComponent[] components = value.getClass().getRecordComponents();
    for (int i = 0; i < components.length; i++) {
      Object member = values.get(i);
      if (!isAbsent(member)) {
        object.set(Names.of(components[i], components[i].getName()), node(member, depth + 1));
      }
    }
    return object;
  }

  private static String name(Enum<?> constant) throws ReflectiveOperationException {
    AnnotatedElement field = constant.getDeclaringClass().getField(constant.name());
    return Names.of(field, constant.name());
  }
}
