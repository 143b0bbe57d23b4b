package sirocco.binding;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// One of several records, told apart by a member.
///
/// @param member the name of the member
/// @param branches the records by the member's value
record UnionShape(String member, Map<String, ObjectShape> branches, String description)
    implements Shape {
  @Override
  public ObjectNode schema() {
    ObjectNode schema = Names.described(JsonNodeFactory.instance.objectNode(), description);
    ArrayNode all = schema.putArray("oneOf");
    branches.values().forEach(branch -> all.add(branch.schema()));
    return schema;
  }

  @Override
  public Object read(JsonValue value, Place place) {
    if (!(value instanceof JsonValue.Members(List<JsonValue.Member> all))) {
      throw place.expected("an object", value);
    }
    String expected = "one of " + String.join(", ", branches.keySet());
    for (JsonValue.Member found : all) {
      if (found.name().equals(member)) {
        ObjectShape branch =
            found.value() instanceof JsonValue.Text(String text) ? branches.get(text) : null;
        if (branch == null) {
          throw place.member(member).expected(expected, found.value());
        }
        return branch.read(value, place);
      }
    }
    throw place.member(member).expected(expected, "nothing");
  }
}
