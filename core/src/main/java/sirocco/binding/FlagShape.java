package sirocco.binding;

import tools.jackson.databind.node.ObjectNode;

/// `boolean`.
record FlagShape() implements Shape {
  @Override
  public ObjectNode schema() {
    return Shape.typed("boolean");
  }

  @Override
  public Object read(JsonValue value, Place place) {
    if (value instanceof JsonValue.Flag flag) {
      return flag.value();
    }
    throw place.expected("true or false", value);
  }
}
