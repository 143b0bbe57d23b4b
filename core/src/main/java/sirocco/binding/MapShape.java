package sirocco.binding;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// Maps from any names to values of one kind.
///
/// A grammar cannot tell that a name came before, so a name may come twice; the last value counts.
record MapShape(Shape value) implements Shape {
  @Override
  public ObjectNode schema() {
    ObjectNode schema = Shape.typed("object");
    schema.set("additionalProperties", value.schema());
    return schema;
  }

  @Override
  public Object read(JsonValue found, Place place) {
    if (!(found instanceof JsonValue.Members(List<JsonValue.Member> all))) {
      throw place.expected("an object", found);
    }
    Map<String, Object> map = new LinkedHashMap<>();
    for (JsonValue.Member member : all) {
      map.put(member.name(), value.read(member.value(), place.member(member.name())));
    }
    return Collections.unmodifiableMap(map);
  }
}
