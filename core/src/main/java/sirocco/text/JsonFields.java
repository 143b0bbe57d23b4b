package sirocco.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One JSON value of a tokenizer file and its place in it, for error messages; every access checks
/// the type. A field that is `null` counts as absent.
record JsonFields(JsonNode node, String where) {
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(64)
                          .maxStringLength(1 << 24)
                          .maxNameLength(1 << 16)
                          .maxNumberLength(64)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  static JsonFields parse(byte[] data) {
    try {
      JsonFields root = new JsonFields(MAPPER.readTree(data), "");
      if (!root.node.isObject()) {
        throw root.bad("a JSON object");
      }
      return root;
    } catch (JacksonException e) {
      throw new TokenizerException(
          "not valid JSON: " + e.getOriginalMessage().lines().findFirst().orElse(""), e);
    }
  }

  TokenizerException bad(String expected) {
    return new TokenizerException(
        (where.isEmpty() ? "" : where + ": ")
            + "expected "
            + expected
            + ", found "
            + Quote.of(node.toString()));
  }

  private String path(String name) {
    return where.isEmpty() ? name : where + "." + name;
  }

  private Optional<JsonFields> find(String name) {
    JsonNode child = node.path(name);
    return child.isMissingNode() || child.isNull()
        ? Optional.empty()
        : Optional.of(new JsonFields(child, path(name)));
  }

  private JsonFields required(String name, String type) {
    return find(name)
        .orElseThrow(
            () -> new TokenizerException(path(name) + ": expected " + type + ", found nothing"));
  }

  Optional<JsonFields> object(String name) {
    Optional<JsonFields> child = find(name);
    if (child.isPresent() && !child.get().node.isObject()) {
      throw child.get().bad("an object");
    }
    return child;
  }

  JsonFields requiredObject(String name) {
    required(name, "an object");
    return object(name).orElseThrow();
  }

  /// The elements of a list; none if it is absent.
  List<JsonFields> list(String name) {
    return find(name).map(JsonFields::elements).orElse(List.of());
  }

  List<JsonFields> requiredList(String name) {
    return required(name, "a list").elements();
  }

  List<JsonFields> elements() {
    if (!node.isArray()) {
      throw bad("a list");
    }
    List<JsonFields> out = new ArrayList<>(node.size());
    for (JsonNode element : node.values()) {
      out.add(new JsonFields(element, where + "[" + out.size() + "]"));
    }
    return out;
  }

  Optional<String> text(String name) {
    return find(name).map(JsonFields::asText);
  }

  String requiredText(String name) {
    return required(name, "a text").asText();
  }

  String asText() {
    if (!node.isString()) {
      throw bad("a text");
    }
    return node.asString();
  }

  boolean flag(String name, boolean otherwise) {
    Optional<JsonFields> child = find(name);
    if (child.isPresent() && !child.get().node.isBoolean()) {
      throw child.get().bad("true or false");
    }
    return child.map(c -> c.node.booleanValue()).orElse(otherwise);
  }

  int integer(String name) {
    return required(name, "a whole number").asInteger();
  }

  OptionalInt optionalInteger(String name) {
    Optional<JsonFields> child = find(name);
    return child.isPresent() ? OptionalInt.of(child.get().asInteger()) : OptionalInt.empty();
  }

  int asInteger() {
    if (!node.isIntegralNumber() || !node.canConvertToInt()) {
      throw bad("a whole number below 2^31");
    }
    return node.intValue();
  }

  boolean has(String name) {
    return find(name).isPresent();
  }
}
