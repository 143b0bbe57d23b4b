package sirocco.text.grammar;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import sirocco.json.JsonFields;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonPointer;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads JSON schemas (draft 2020-12, the part that [Grammar#jsonSchema] names) as rules.
final class JsonSchema {
  private static final int MAX_LENGTH = 1 << 19;
  private static final int MAX_NESTING = 64;

  /// Keywords that say nothing about what is valid, or are looked up by others.
  private static final Set<String> ANNOTATIONS =
      Set.of(
          "title",
          "description",
          "default",
          "example",
          "examples",
          "$schema",
          "$id",
          "$comment",
          "$defs",
          "definitions",
          "deprecated",
          "readOnly",
          "writeOnly");

  private static final List<String> COMBINING =
      List.of("$ref", "anyOf", "oneOf", "allOf", "enum", "const");

  private final JsonNode root;
  private final Map<String, Expr> rules;
  private final SchemaTypes types;
  private final String rootName;

  private JsonSchema(JsonFields schema, Map<String, Expr> rules, Budget budget) {
    this.root = schema.node();
    this.rootName = schema.where();
    this.rules = rules;
    this.types = new SchemaTypes(this, budget);
    JsonText.addRules(rules);
  }

  /// Reads a schema and adds the rules that it calls.
  ///
  /// @param name what messages call the schema
  /// @param rules those so far
  static Expr read(String name, String json, Map<String, Expr> rules, Budget budget) {
    JsonFields schema = open(name, json);
    return new JsonSchema(schema, rules, budget).schema(schema);
  }

  /// Reads a schema of objects; one that says nothing stands for any object.
  static Expr readObject(String name, String json, Map<String, Expr> rules, Budget budget) {
    JsonFields schema = open(name, json);
    JsonSchema reader = new JsonSchema(schema, rules, budget);
    JsonFields behind = reader.resolved(schema).asObject();
    if (ANNOTATIONS.containsAll(behind.names())) {
      return new Expr.Call(JsonText.OBJECT);
    }
    if (!SchemaTypes.meant(behind).equals(Set.of("object"))) {
      throw schema.bad("a schema of type object");
    }
    return reader.schema(schema);
  }

  private static JsonFields open(String name, String json) {
    if (json.length() > MAX_LENGTH) {
      throw new GrammarException(
          name + ": expected at most " + MAX_LENGTH + " characters, found " + json.length());
    }
    return new JsonFields(parse(name, json), name, GrammarException::new);
  }

  private static JsonNode parse(String name, String json) {
    try {
      return Parser.JSON.readTree(json);
    } catch (JacksonException e) {
      throw new GrammarException(
          name + ": not valid JSON: " + e.getOriginalMessage().lines().findFirst().orElse(""));
    }
  }

  /// What a schema allows.
  Expr schema(JsonFields at) {
    if (at.node().isBoolean()) {
      if (at.node().booleanValue()) {
        return new Expr.Call(JsonText.VALUE);
      }
      throw at.bad("a schema that something matches");
    }
    at.asObject();
    List<String> keywords =
        at.names().stream().filter(name -> !ANNOTATIONS.contains(name)).toList();
    for (String combining : COMBINING) {
      if (keywords.contains(combining)) {
        return combined(combining, at, keywords);
      }
    }
    return types.typed(at, keywords);
  }

  private Expr combined(String keyword, JsonFields at, List<String> keywords) {
    boolean values = keyword.equals("enum") || keyword.equals("const");
    for (String other : keywords) {
      if (!other.equals(keyword) && !(values && other.equals("type"))) {
        SchemaTypes.requireKnown(at, other);
        throw at.error(
            keyword
                + ": cannot be combined with "
                + other
                + " beside it; put "
                + other
                + " into the schemas that it belongs to");
      }
    }
    return switch (keyword) {
      case "$ref" -> reference(at);
      case "anyOf" -> anyOf(list(at, keyword));
      case "oneOf" -> {
        List<JsonFields> branches = list(at, keyword);
        Exclusion.require(at, branches, this::resolved);
        yield anyOf(branches);
      }
      case "allOf" -> {
        List<JsonFields> all = list(at, keyword);
        if (all.size() != 1) {
          throw at.error("allOf: expected one schema, found " + all.size());
        }
        yield schema(all.getFirst());
      }
      default -> values(at);
    };
  }

  private Expr anyOf(List<JsonFields> branches) {
    return new Expr.Choice(branches.stream().map(this::schema).toList());
  }

  private static List<JsonFields> list(JsonFields at, String keyword) {
    List<JsonFields> all = at.requiredList(keyword);
    if (all.isEmpty()) {
      throw at.error(keyword + ": expected at least one, found none");
    }
    return all;
  }

  /// The values of `enum` or `const` that are of the type.
  private Expr values(JsonFields at) {
    Set<String> allowed = SchemaTypes.types(at);
    List<Expr> literals = new ArrayList<>();
    for (JsonNode value : constants(at)) {
      if (allowed.isEmpty() || allowed.stream().anyMatch(type -> SchemaTypes.is(value, type))) {
        literals.add(literal(value));
      }
    }
    if (literals.isEmpty()) {
      throw at.error("enum: none of the values is of type " + String.join(" or ", allowed));
    }
    return new Expr.Choice(literals);
  }

  /// The values that a schema lists; none if it lists none.
  static List<JsonNode> constants(JsonFields at) {
    if (at.mentions("const")) {
      return List.of(at.node().get("const"));
    }
    return at.has("enum") ? list(at, "enum").stream().map(JsonFields::node).toList() : List.of();
  }

  private static Expr literal(JsonNode value) {
    if (value.isObject()) {
      List<Expr.Entry> members = new ArrayList<>();
      value
          .properties()
          .forEach(e ->
              members.add(
                  new Expr.Entry(
                      JsonText.member(
                          Expr.text(JsonText.escaped(e.getKey())), literal(e.getValue())),
                      true)));
      return JsonText.object(members, List.of());
    }
    if (value.isArray()) {
      List<Expr.Entry> items = new ArrayList<>();
      value.values().forEach(item -> items.add(new Expr.Entry(literal(item), true)));
      return Expr.sequence(
          Expr.text("["), new Expr.Listing(items, List.of(), JsonText.COMMA), Expr.text("]"));
    }
    return value.isString() ? JsonText.literal(value.stringValue()) : Expr.text(value.toString());
  }

  private Expr reference(JsonFields at) {
    String pointer = at.requiredText("$ref");
    // The name of the schema keeps the rules of several tools apart.
    String rule = rootName + " " + pointer;
    if (!rules.containsKey(rule)) {
      rules.put(rule, Expr.EMPTY);
      rules.put(rule, schema(target(at, pointer)));
    }
    return new Expr.Call(rule);
  }

  private JsonFields target(JsonFields at, String pointer) {
    if (!pointer.equals("#") && !pointer.startsWith("#/")) {
      throw at.error(
          "$ref: expected a place in this schema such as #/$defs/name, found '" + pointer + "'");
    }
    JsonNode node = root.at(JsonPointer.compile(pointer.substring(1)));
    if (node.isMissingNode()) {
      throw at.error("$ref: there is nothing at '" + pointer + "'");
    }
    String place = rootName + pointer.substring(1).replace('/', '.');
    return new JsonFields(node, place, GrammarException::new);
  }

  /// A schema behind its references.
  JsonFields resolved(JsonFields at) {
    JsonFields schema = at;
    for (int hops = 0; schema.node().isObject() && schema.has("$ref"); hops++) {
      if (hops > MAX_NESTING) {
        throw at.error("$ref: leads from reference to reference without end");
      }
      schema = target(schema, schema.requiredText("$ref"));
    }
    return schema;
  }

  /// Adds a rule of its own for a schema that is used many times.
  Expr rule(JsonFields at) {
    // Places are cut short and may be alike; the number makes the name the only one.
    String name = at.where() + " #" + rules.size();
    rules.put(name, Expr.EMPTY);
    rules.put(name, schema(at));
    return new Expr.Call(name);
  }

  /// The members of an object by name.
  static Map<String, JsonFields> properties(JsonFields at) {
    Map<String, JsonFields> out = new LinkedHashMap<>();
    at.object("properties")
        .ifPresent(all -> all.members().forEach(e -> out.put(e.getKey(), e.getValue())));
    return out;
  }

  static Set<String> required(JsonFields at) {
    Set<String> out = new LinkedHashSet<>();
    at.list("required").forEach(name -> out.add(name.asText()));
    return out;
  }

  private static final class Parser {
    static final JsonMapper JSON =
        JsonMapper.builder(
                JsonFactory.builder()
                    .streamReadConstraints(
                        StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_NESTING)
                            .maxNumberLength(64)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
  }
}
