package sirocco.cli;

import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ObjectNode;

/// How commands print records for machines: snake_case names, indented. JSON has no word for what
/// is not a number: that is null.
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
    return JsonMapper.builder()
        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        .addModule(
            new SimpleModule()
                .addSerializer(Double.class, new Finite())
                .addSerializer(double.class, new Finite()));
  }

  private static final class Finite extends ValueSerializer<Double> {
    @Override
    public void serialize(Double value, JsonGenerator out, SerializationContext context) {
      if (Double.isFinite(value)) {
        out.writeNumber(value);
      } else {
        out.writeNull();
      }
    }
  }
}
