package sirocco.cli;

import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// How commands print records for machines: snake_case names, indented.
final class Json {
  private Json() {}

  static String pretty(Object value) {
    return mapper().enable(SerializationFeature.INDENT_OUTPUT).build().writeValueAsString(value);
  }

  /// A record as an object.
  static ObjectNode tree(Object value) {
    return mapper().build().valueToTree(value);
  }

  private static JsonMapper.Builder mapper() {
    return JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);
  }
}
