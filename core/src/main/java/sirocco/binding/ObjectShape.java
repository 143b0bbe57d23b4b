package sirocco.binding;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Objects with members that are known: records, and the arguments of tools.
///
/// @param tag what tells it apart from others, the first member, if anything does
/// @param maker makes the Java value
record ObjectShape(Optional<Tag> tag, List<Member> members, String description, Maker maker)
    implements Shape {
  /// A member that always has the same value.
  record Tag(String member, String value) {}

  /// A member.
  record Member(String name, Shape shape, Presence presence, String description) {}

  /// Makes a Java value from those of the members, in their order.
  interface Maker {
    /// Makes it.
    ///
    /// @throws BindingException if it refuses them
    Object make(List<Object> values, Place place);
  }

  @Override
  public ObjectNode schema() {
    ObjectNode schema = Names.described(Shape.typed("object"), description);
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = schema.putArray("required");
    tag.ifPresent(t -> {
      properties.putObject(t.member()).put("const", t.value());
      required.add(t.member());
    });
    for (Member member : members) {
      properties.set(member.name(), Names.described(member.shape().schema(), member.description()));
      if (member.presence() == Presence.REQUIRED) {
        required.add(member.name());
      }
    }
    return schema.put("additionalProperties", false);
  }

  @Override
  public Object read(JsonValue value, Place place) {
    Map<String, JsonValue> found = byName(value, place);
    tag.ifPresent(t -> {
      JsonValue is = found.remove(t.member());
      if (is == null || !is.equals(new JsonValue.Text(t.value()))) {
        throw place
            .member(t.member())
            .expected('"' + t.value() + '"', is == null ? "nothing" : is.shown());
      }
    });
    List<Object> values = new ArrayList<>(members.size());
    for (Member member : members) {
      values.add(read(member, Optional.ofNullable(found.remove(member.name())), place));
    }
    if (!found.isEmpty()) {
      String unknown = found.keySet().iterator().next();
      List<String> names = members.stream().map(Member::name).toList();
      throw place
          .member(unknown)
          .error(
              names.isEmpty()
                  ? "expected no members, found this one"
                  : "expected one of " + String.join(", ", names) + ", found this member");
    }
    return maker.make(values, place);
  }

  /// A member that may be absent may be `null`, too: models write it where no grammar holds them.
  private static Object read(Member member, Optional<JsonValue> value, Place place) {
    Place at = place.member(member.name());
    boolean missing =
        value.isEmpty()
            || (value.get() instanceof JsonValue.Nothing && member.presence() != Presence.REQUIRED);
    return missing
        ? member.presence().absent(at)
        : member.presence().present(member.shape().read(value.get(), at));
  }

  private static Map<String, JsonValue> byName(JsonValue value, Place place) {
    if (!(value instanceof JsonValue.Members(List<JsonValue.Member> all))) {
      throw place.expected("an object", value);
    }
    Map<String, JsonValue> found = new LinkedHashMap<>();
    for (JsonValue.Member member : all) {
      if (found.put(member.name(), member.value()) != null) {
        throw place.member(member.name()).error("expected once, found twice");
      }
    }
    return found;
  }
}
