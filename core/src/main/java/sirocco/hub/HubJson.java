package sirocco.hub;

import sirocco.json.JsonFields;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// JSON as hubs and this package write it, read within bounds.
final class HubJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(64)
                          .maxNameLength(4096)
                          .maxNumberLength(100)
                          .maxTokenCount(2_000_000)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private HubJson() {}

  /// The value that these bytes hold, an object or a list.
  ///
  /// @param where what messages call them
  /// @throws HubException if they hold none
  static JsonFields parse(byte[] bytes, String where) {
    try {
      JsonNode node = MAPPER.readTree(bytes);
      if (!node.isObject() && !node.isArray()) {
        throw new HubException(where + ": expected a JSON object");
      }
      return new JsonFields(node, "", message -> new HubException(where + ": " + message));
    } catch (JacksonException e) {
      String reason = e.getOriginalMessage().lines().findFirst().orElse("");
      throw new HubException(where + ": expected JSON, found something else: " + reason, e);
    }
  }

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static byte[] bytes(ObjectNode object) {
    return MAPPER.writeValueAsBytes(object);
  }
}
