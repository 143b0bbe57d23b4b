package sirocco.binding;

import java.lang.reflect.Field;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The constants of an enum by their names in JSON.
record EnumShape(Map<String, Object> constants, String description) implements Shape {
  /// The shape of a type, if it is an enum.
  static Optional<Shape> of(Class<?> type, Demands demands, Place place) {
    if (!type.isEnum()) {
      return Optional.empty();
    }
    demands.onlyFor(place, "enums", List.of());
    Map<String, Object> constants = new LinkedHashMap<>();
    for (Field field : type.getFields()) {
      if (field.isEnumConstant()) {
        String name = Names.of(field, field.getName());
        if (constants.put(name, constant(type, field.getName())) != null) {
          throw place.error("two constants of " + type.getSimpleName() + " are called " + name);
        }
      }
    }
    if (constants.isEmpty()) {
      throw place.error("the enum " + type.getSimpleName() + " has no constants");
    }
    return Optional.of(new EnumShape(constants, Names.description(type)));
  }

  /// Through the class, as the field itself may be closed to us.
  private static Object constant(Class<?> type, String name) {
    for (Object constant : type.getEnumConstants()) {
      if (((Enum<?>) constant).name().equals(name)) {
        return constant;
      }
    }
    throw new IllegalStateException(type + " has no constant " + name);
  }

  @Override
  public ObjectNode schema() {
    ObjectNode schema = Names.described(Shape.typed("string"), description);
    ArrayNode names = schema.putArray("enum");
    constants.keySet().forEach(names::add);
    return schema;
  }

  @Override
  public Object read(JsonValue value, Place place) {
    Object constant = value instanceof JsonValue.Text(String text) ? constants.get(text) : null;
    if (constant == null) {
      throw place.expected("one of " + String.join(", ", constants.keySet()), value);
    }
    return constant;
  }
}
