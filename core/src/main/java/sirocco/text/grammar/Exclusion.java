package sirocco.text.grammar;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import sirocco.json.JsonFields;
import tools.jackson.databind.JsonNode;

/// Whether the schemas of a `oneOf` exclude each other, so that any of them is one of them: by
/// their types, by the values they list, or by a member that all require with different values.
final class Exclusion {
  private Exclusion() {}

  /// @param resolved leads from a schema to what it refers to
  /// @throws GrammarException unless every two of the branches exclude each other for certain
  static void require(
      JsonFields at, List<JsonFields> branches, UnaryOperator<JsonFields> resolved) {
    for (int i = 0; i < branches.size(); i++) {
      for (int j = i + 1; j < branches.size(); j++) {
        JsonFields one = resolved.apply(branches.get(i));
        JsonFields other = resolved.apply(branches.get(j));
        if (!excludes(one, other, resolved)) {
          throw at.error(
              "oneOf: schemas "
                  + i
                  + " and "
                  + j
                  + " may match the same value; give them different types, or a required property"
                  + " with a different const, or use anyOf");
        }
      }
    }
  }

  private static boolean excludes(
      JsonFields one, JsonFields other, UnaryOperator<JsonFields> resolved) {
    if (!one.node().isObject() || !other.node().isObject()) {
      return false;
    }
    List<JsonNode> these = JsonSchema.constants(one);
    List<JsonNode> those = JsonSchema.constants(other);
    if (!these.isEmpty() && !those.isEmpty()) {
      return apart(these, those);
    }
    Set<String> types = kinds(one);
    Set<String> others = kinds(other);
    if (types.isEmpty() || others.isEmpty()) {
      return false;
    }
    Set<String> common = new HashSet<>(types);
    common.retainAll(others);
    return common.isEmpty() || (common.equals(Set.of("object")) && told(one, other, resolved));
  }

  /// The types that a schema surely is of; every integer is a number.
  private static Set<String> kinds(JsonFields at) {
    Set<String> kinds = new HashSet<>();
    List<JsonNode> constants = JsonSchema.constants(at);
    for (JsonNode value : constants) {
      for (String type : List.of("object", "array", "string", "number", "boolean", "null")) {
        if (SchemaTypes.is(value, type)) {
          kinds.add(type);
        }
      }
    }
    if (constants.isEmpty()) {
      SchemaTypes.types(at).forEach(type -> kinds.add(type.equals("integer") ? "number" : type));
    }
    return kinds;
  }

  /// Numbers that are equal may be written in two ways.
  private static boolean apart(List<JsonNode> these, List<JsonNode> those) {
    return these.stream().noneMatch(a -> those.stream().anyMatch(b -> same(a, b)));
  }

  private static boolean same(JsonNode a, JsonNode b) {
    if (a.isNumber() && b.isNumber()) {
      return a.decimalValue().compareTo(b.decimalValue()) == 0;
    }
    // Values within others are compared as they are written: what differs may still be equal.
    return (a.isContainer() && b.isContainer()) ? a.isObject() == b.isObject() : a.equals(b);
  }

  private static boolean told(
      JsonFields one, JsonFields other, UnaryOperator<JsonFields> resolved) {
    Map<String, JsonFields> theirs = JsonSchema.properties(other);
    Set<String> required = JsonSchema.required(one);
    required.retainAll(JsonSchema.required(other));
    for (Map.Entry<String, JsonFields> entry : JsonSchema.properties(one).entrySet()) {
      JsonFields same = theirs.get(entry.getKey());
      if (same != null && required.contains(entry.getKey())) {
        List<JsonNode> these = JsonSchema.constants(resolved.apply(entry.getValue()));
        List<JsonNode> those = JsonSchema.constants(resolved.apply(same));
        if (!these.isEmpty() && !those.isEmpty() && apart(these, those)) {
          return true;
        }
      }
    }
    return false;
  }
}
