package sirocco.text.grammar;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import sirocco.json.JsonFields;
import tools.jackson.databind.JsonNode;

/// The keywords of a schema that go with a type.
final class SchemaTypes {
  /// The keywords of each type; those of others say nothing about it.
  private static final Map<String, List<String>> KEYWORDS = keywords();

  /// Prefix items are laid down within each other.
  private static final int MAX_PREFIX = 200;

  /// Bounds of numbers are below 10 to this, and have as many digits behind the point at most.
  private static final int MAX_DIGITS = 30;

  private final JsonSchema schemas;
  private final Budget budget;

  SchemaTypes(JsonSchema schemas, Budget budget) {
    this.schemas = schemas;
    this.budget = budget;
  }

  private static Map<String, List<String>> keywords() {
    Map<String, List<String>> all = new LinkedHashMap<>();
    List<String> numbers = List.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum");
    all.put("object", List.of("properties", "required", "additionalProperties"));
    all.put("array", List.of("items", "prefixItems", "minItems", "maxItems"));
    all.put("string", List.of("minLength", "maxLength", "pattern", "format"));
    all.put("number", numbers);
    all.put("integer", numbers);
    all.put("boolean", List.of());
    all.put("null", List.of());
    return all;
  }

  /// A keyword that is not honoured is refused by name.
  static void requireKnown(JsonFields at, String keyword) {
    boolean known =
        KEYWORDS.values().stream().anyMatch(all -> all.contains(keyword))
            || Set.of("type", "enum", "const", "anyOf", "oneOf", "allOf", "$ref").contains(keyword);
    if (!known) {
      throw at.error(
          keyword
              + ": this keyword is not supported; supported are type, enum, const, anyOf, oneOf,"
              + " allOf with one schema, $ref, properties, required, additionalProperties, items,"
              + " prefixItems, minItems, maxItems, minLength, maxLength, pattern, format, minimum,"
              + " maximum, exclusiveMinimum, exclusiveMaximum");
    }
  }

  /// The types that a schema names; none if it names none.
  static Set<String> types(JsonFields at) {
    Set<String> out = new LinkedHashSet<>();
    Optional<JsonFields> type = at.get("type");
    if (type.isPresent()) {
      List<JsonFields> names =
          type.get().node().isArray() ? type.get().elements() : List.of(type.get());
      for (JsonFields name : names) {
        if (!KEYWORDS.containsKey(name.asText())) {
          throw name.bad("one of " + String.join(", ", KEYWORDS.keySet()));
        }
        out.add(name.asText());
      }
      if (out.isEmpty()) {
        throw at.error("type: expected at least one, found none");
      }
    }
    return out;
  }

  /// Whether a value is of a type.
  static boolean is(JsonNode value, String type) {
    return switch (type) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isString();
      case "number" -> value.isNumber();
      case "integer" -> value.isNumber() && value.decimalValue().stripTrailingZeros().scale() <= 0;
      case "boolean" -> value.isBoolean();
      default -> value.isNull();
    };
  }

  /// The types that a schema names or, if it names none, those that its keywords are for.
  static Set<String> meant(JsonFields at) {
    Set<String> types = types(at);
    if (types.isEmpty()) {
      KEYWORDS.forEach((type, words) -> {
        if (words.stream().anyMatch(at::has)) {
          types.add(type);
        }
      });
    }
    if (types.contains("number")) {
      types.remove("integer");
    }
    return types;
  }

  /// What a schema allows that lists no values and combines no schemas.
  Expr typed(JsonFields at, List<String> keywords) {
    keywords.forEach(keyword -> requireKnown(at, keyword));
    Set<String> types = meant(at);
    if (types.isEmpty()) {
      return new Expr.Call(JsonText.VALUE);
    }
    return new Expr.Choice(types.stream().map(type -> typed(at, type)).toList());
  }

  private Expr typed(JsonFields at, String type) {
    return switch (type) {
      case "object" -> object(at);
      case "array" -> array(at);
      case "string" -> string(at);
      case "number" -> number(at);
      case "integer" -> integer(at);
      case "boolean" -> JsonText.bool();
      default -> Expr.text("null");
    };
  }

  private Expr object(JsonFields at) {
    Map<String, JsonFields> properties = JsonSchema.properties(at);
    Set<String> required = JsonSchema.required(at);
    Optional<JsonFields> additional = additional(at);
    if (KEYWORDS.getOrDefault("object", List.of()).stream().noneMatch(at::has)) {
      return new Expr.Call(JsonText.OBJECT);
    }
    List<Expr.Entry> entries = new ArrayList<>();
    properties.forEach((name, property) ->
        entries.add(member(name, schemas.schema(property), required.contains(name))));
    Expr others = additional.map(schemas::rule).orElse(Expr.EMPTY);
    for (String name : required) {
      if (!properties.containsKey(name)) {
        if (additional.isEmpty()) {
          throw at.error("required: names '" + name + "', which properties has not; add it there");
        }
        entries.add(member(name, others, true));
      }
    }
    if (additional.isEmpty()) {
      return JsonText.object(entries, List.of());
    }
    Set<String> taken = new LinkedHashSet<>(properties.keySet());
    taken.addAll(required);
    return JsonText.object(entries, List.of(JsonText.member(otherNames(taken), others)));
  }

  private static Expr.Entry member(String name, Expr value, boolean required) {
    return new Expr.Entry(JsonText.member(Expr.text(JsonText.escaped(name)), value), required);
  }

  /// The schema of members beside `properties`, if there may be any.
  private static Optional<JsonFields> additional(JsonFields at) {
    return at.get("additionalProperties")
        .filter(schema -> !schema.node().isBoolean() || schema.node().booleanValue());
  }

  /// Every name but these.
  private Expr otherNames(Set<String> taken) {
    Dfa any = Dfa.of(JsonText.anyCharacters(0, Expr.UNBOUNDED), budget);
    List<Expr> names = taken.stream().map(name -> Expr.text(JsonText.escaped(name))).toList();
    return new Expr.Regular(any.minus(Dfa.of(new Expr.Choice(names), budget), budget));
  }

  private Expr array(JsonFields at) {
    int least = count(at, "minItems").orElse(0);
    OptionalInt bound = count(at, "maxItems");
    if (at.has("items") && at.node().get("items").isArray()) {
      throw at.error("items: expected one schema, found a list; such a list is prefixItems now");
    }
    List<JsonFields> prefix = at.list("prefixItems");
    if (prefix.size() > MAX_PREFIX) {
      throw at.error("prefixItems: expected at most " + MAX_PREFIX + ", found " + prefix.size());
    }
    boolean more = at.has("items") ? isPossible(at.node().get("items")) : prefix.isEmpty();
    int most = more ? Expr.UNBOUNDED : prefix.size();
    if (bound.isPresent()) {
      most = more ? bound.getAsInt() : Math.min(most, bound.getAsInt());
    }
    if (most != Expr.UNBOUNDED && most < least) {
      throw at.error("minItems: expected at most " + most + " as there can be, found " + least);
    }
    List<Expr> first =
        prefix.stream().limit(most < 0 ? MAX_PREFIX : most).map(schemas::schema).toList();
    Expr item = Expr.EMPTY;
    if (more) {
      item = at.get("items").map(schemas::rule).orElse(new Expr.Call(JsonText.VALUE));
    }
    return Expr.sequence(Expr.text("["), items(first, item, least, most), Expr.text("]"));
  }

  private static boolean isPossible(JsonNode schema) {
    return !schema.isBoolean() || schema.booleanValue();
  }

  /// `least` to `most` items with commas: these first, then any number of the same kind.
  private static Expr items(List<Expr> first, Expr item, int least, int most) {
    int from = Math.max(1, first.size());
    boolean open = most == Expr.UNBOUNDED || most > from;
    Expr rest = Expr.EMPTY;
    if (open) {
      rest =
          new Expr.Repeat(
              Expr.sequence(JsonText.COMMA, item),
              Math.max(0, least - from),
              most == Expr.UNBOUNDED ? most : most - from);
    }
    if (most == 0) {
      return Expr.EMPTY;
    }
    for (int i = from - 1; i >= 0; i--) {
      Expr here = first.isEmpty() ? item : first.get(i);
      Expr all = i == 0 ? Expr.sequence(here, rest) : Expr.sequence(JsonText.COMMA, here, rest);
      rest = least > i ? all : Expr.optional(all);
    }
    return rest;
  }

  private static OptionalInt count(JsonFields at, String keyword) {
    OptionalInt value = at.integer(keyword);
    if (value.isPresent() && value.getAsInt() < 0) {
      throw at.error(keyword + ": expected at least 0, found " + value.getAsInt());
    }
    return value;
  }

  private Expr string(JsonFields at) {
    int least = count(at, "minLength").orElse(0);
    OptionalInt bound = count(at, "maxLength");
    int most = bound.orElse(Expr.UNBOUNDED);
    if (bound.isPresent() && most < least) {
      throw at.error("maxLength: expected at least minLength " + least + ", found " + most);
    }
    Expr length = JsonText.anyCharacters(least, most);
    List<Dfa> demands = new ArrayList<>();
    at.text("pattern")
        .ifPresent(
            p -> demands.add(demand(at, "pattern", () -> JsonText.inString(RegexParser.found(p)))));
    at.text("format")
        .ifPresent(
            name -> demands.add(demand(at, "format", () -> JsonText.inString(format(name)))));
    if (demands.isEmpty()) {
      return JsonText.quoted(length);
    }
    if (least > 0 || bound.isPresent()) {
      demands.add(demand(at, "maxLength", () -> length));
    }
    Dfa all = demands.removeFirst();
    for (Dfa demand : demands) {
      all = all.and(demand, budget);
    }
    if (!all.matchesSomething()) {
      throw at.error("pattern, format and length: no string fits them all");
    }
    return JsonText.quoted(new Expr.Regular(all));
  }

  private static Expr format(String name) {
    return Formats.named(name)
        .orElseThrow(() ->
            new GrammarException(
                "'" + name + "' is not supported; supported are " + Formats.names()));
  }

  /// What a string holds that fits a keyword.
  private Dfa demand(JsonFields at, String keyword, Supplier<Expr> text) {
    try {
      return Dfa.of(text.get(), budget);
    } catch (GrammarException e) {
      throw e.within(at.where() + "." + keyword);
    }
  }

  private static Expr integer(JsonFields at) {
    Optional<Ranges.Bound> least = fit(at, bound(at, "minimum", "exclusiveMinimum", 1), 1);
    Optional<Ranges.Bound> most = fit(at, bound(at, "maximum", "exclusiveMaximum", -1), -1);
    if (least.isEmpty() && most.isEmpty()) {
      return JsonText.integer();
    }
    return Ranges.integers(least, most)
        .orElseThrow(() -> at.error("minimum and maximum: no integer lies between them"));
  }

  /// The bound of a 32-bit integer where a schema says that it is one (OpenAPI's `int32`) and has
  /// no tighter bound. One of 64 bits needs none: other integers have at most [JsonText#DIGITS]
  /// digits.
  private static Optional<Ranges.Bound> fit(JsonFields at, Optional<Ranges.Bound> bound, int sign) {
    if (!at.text("format").equals(Optional.of("int32"))) {
      return bound;
    }
    BigDecimal edge = BigDecimal.valueOf(sign > 0 ? Integer.MIN_VALUE : Integer.MAX_VALUE);
    return bound.isPresent() && bound.get().value().compareTo(edge) * sign >= 0
        ? bound
        : Optional.of(new Ranges.Bound(edge, false));
  }

  private Expr number(JsonFields at) {
    Optional<Ranges.Bound> least = bound(at, "minimum", "exclusiveMinimum", 1);
    Optional<Ranges.Bound> most = bound(at, "maximum", "exclusiveMaximum", -1);
    if (least.isEmpty() && most.isEmpty()) {
      return JsonText.number();
    }
    return Ranges.decimals(least, most, budget)
        .orElseThrow(() -> at.error("minimum and maximum: no number lies between them"));
  }

  /// The tighter of two bounds.
  ///
  /// @param sign 1 if the greater one is tighter
  private static Optional<Ranges.Bound> bound(
      JsonFields at, String inclusive, String exclusive, int sign) {
    Optional<BigDecimal> with = limit(at, inclusive);
    Optional<BigDecimal> without = limit(at, exclusive);
    boolean tighter =
        without.isPresent() && (with.isEmpty() || without.get().compareTo(with.get()) * sign >= 0);
    return tighter
        ? without.map(value -> new Ranges.Bound(value, true))
        : with.map(value -> new Ranges.Bound(value, false));
  }

  private static Optional<BigDecimal> limit(JsonFields at, String keyword) {
    Optional<JsonFields> found = at.get(keyword);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    if (!found.get().node().isNumber()) {
      throw found.get().bad("a number");
    }
    BigDecimal value = found.get().node().decimalValue();
    int whole = value.precision() - value.scale();
    if (whole > MAX_DIGITS || value.scale() > MAX_DIGITS) {
      throw found.get().bad("a number of at most 30 digits before and behind the point");
    }
    return Optional.of(value);
  }
}
