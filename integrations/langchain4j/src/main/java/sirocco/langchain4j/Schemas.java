package sirocco.langchain4j;

import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.json.JsonAnyOfSchema;
import dev.langchain4j.model.chat.request.json.JsonArraySchema;
import dev.langchain4j.model.chat.request.json.JsonBooleanSchema;
import dev.langchain4j.model.chat.request.json.JsonEnumSchema;
import dev.langchain4j.model.chat.request.json.JsonIntegerSchema;
import dev.langchain4j.model.chat.request.json.JsonNullSchema;
import dev.langchain4j.model.chat.request.json.JsonNumberSchema;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonRawSchema;
import dev.langchain4j.model.chat.request.json.JsonReferenceSchema;
import dev.langchain4j.model.chat.request.json.JsonSchemaElement;
import dev.langchain4j.model.chat.request.json.JsonStringSchema;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// LangChain4j's schemas as JSON schemas.
final class Schemas {
  private static final String NO_ARGUMENTS =
      "{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false}";

  private Schemas() {}

  /// The schema as text.
  static String json(JsonSchemaElement element) {
    return node(element).toString();
  }

  /// What a tool takes. One that names no parameters takes none.
  static String arguments(@Nullable JsonObjectSchema parameters) {
    return parameters == null
            || (parameters.properties().isEmpty() && parameters.additionalProperties() == null)
        ? NO_ARGUMENTS
        : json(parameters);
  }

  private static JsonNode node(JsonSchemaElement element) {
    if (element instanceof JsonRawSchema raw) {
      return parse(raw.schema());
    }
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    String description = element.description();
    if (description != null) {
      node.put("description", description);
    }
    switch (element) {
      case JsonObjectSchema object -> put(node, object);
      case JsonArraySchema array -> {
        node.put("type", "array");
        if (array.items() != null) {
          node.set("items", node(array.items()));
        }
      }
      case JsonEnumSchema names -> {
        node.put("type", "string");
        names.enumValues().forEach(node.putArray("enum")::add);
      }
      case JsonAnyOfSchema any -> {
        var list = node.putArray("anyOf");
        any.anyOf().forEach(one -> list.add(node(one)));
      }
      case JsonReferenceSchema reference -> node.put("$ref", "#/$defs/" + reference.reference());
      case JsonStringSchema _ -> node.put("type", "string");
      case JsonIntegerSchema _ -> node.put("type", "integer");
      case JsonNumberSchema _ -> node.put("type", "number");
      case JsonBooleanSchema _ -> node.put("type", "boolean");
      case JsonNullSchema _ -> node.put("type", "null");
      default ->
          throw new UnsupportedFeatureException(
              "a JSON schema with " + element.getClass().getName() + " is not supported");
    }
    return node;
  }

  private static void put(ObjectNode node, JsonObjectSchema object) {
    node.put("type", "object");
    if (!object.properties().isEmpty()) {
      ObjectNode properties = node.putObject("properties");
      object.properties().forEach((name, value) -> properties.set(name, node(value)));
    }
    if (!object.required().isEmpty()) {
      object.required().forEach(node.putArray("required")::add);
    }
    if (object.additionalProperties() != null) {
      node.put("additionalProperties", object.additionalProperties());
    }
    if (!object.definitions().isEmpty()) {
      ObjectNode definitions = node.putObject("$defs");
      object.definitions().forEach((name, value) -> definitions.set(name, node(value)));
    }
  }

  private static JsonNode parse(String schema) {
    try {
      return JsonMapper.shared().readTree(schema);
    } catch (JacksonException e) {
      throw new InvalidRequestException("the schema is not JSON: " + e.getOriginalMessage(), e);
    }
  }
}
