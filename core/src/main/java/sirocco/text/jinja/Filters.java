package sirocco.text.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sirocco.text.jinja.Arguments.Bound;
import sirocco.text.jinja.Value.Dict;
import sirocco.text.jinja.Value.Int;
import sirocco.text.jinja.Value.Lazy;
import sirocco.text.jinja.Value.None;
import sirocco.text.jinja.Value.Real;
import sirocco.text.jinja.Value.Sequence;
import sirocco.text.jinja.Value.Undefined;

/// Jinja's filters, by name. Those on text are in [TextFilters], those on sequences in
/// [SequenceFilters].
final class Filters {
  /// One filter.
  interface Filter {
    Value apply(Value value, Arguments arguments);
  }

  private static final Map<String, Filter> FILTERS = all();

  private Filters() {}

  private static Map<String, Filter> all() {
    Map<String, Filter> filters = new HashMap<>(TextFilters.FILTERS);
    filters.putAll(SequenceFilters.FILTERS);
    filters.put("default", Filters::orDefault);
    filters.put("d", Filters::orDefault);
    filters.put("length", (value, a) -> length(value, a, "length"));
    filters.put("count", (value, a) -> length(value, a, "count"));
    filters.put("abs", Filters::abs);
    filters.put("int", Filters::toInt);
    filters.put("float", Filters::toFloat);
    filters.put("round", Filters::round);
    filters.put("attr", Filters::attr);
    filters.put("items", Filters::items);
    filters.put("dictsort", Filters::dictSort);
    filters.put("tojson", Filters::toJson);
    return Collections.unmodifiableMap(filters);
  }

  static boolean exists(String name) {
    return FILTERS.containsKey(name);
  }

  static Value apply(String name, Value value, Arguments arguments) {
    Filter filter = FILTERS.get(name);
    if (filter == null) {
      throw new Fault("unknown filter '" + name + "'");
    }
    return filter.apply(value, arguments);
  }

  private static Value orDefault(Value value, Arguments arguments) {
    Bound bound = arguments.bind("default", "default_value", "boolean");
    boolean replace =
        value instanceof Undefined || (bound.flag("boolean", false) && !Operations.isTrue(value));
    return replace ? bound.or("default_value", Str.template("")) : value;
  }

  private static Value length(Value value, Arguments arguments, String name) {
    arguments.bind(name);
    return new Int(Operations.length(value));
  }

  private static Value abs(Value value, Arguments arguments) {
    arguments.bind("abs");
    double number =
        Operations.number(value)
            .orElseThrow(() -> new Fault("abs needs a number, not " + Operations.type(value)));
    Optional<Long> whole = Operations.integer(value);
    if (whole.isEmpty()) {
      return new Real(Math.abs(number));
    }
    return whole.get() < 0
        ? Arithmetic.unary(Expr.Operator.NEGATE, new Int(whole.get()))
        : new Int(whole.get());
  }

  private static Value toInt(Value value, Arguments arguments) {
    Bound bound = arguments.bind("int", "default", "base");
    Value otherwise = bound.or("default", new Int(0));
    Optional<Long> whole = Operations.integer(value);
    if (whole.isPresent()) {
      return new Int(whole.get());
    }
    if (value instanceof Real real) {
      return truncated(real.value(), otherwise);
    }
    if (value instanceof Undefined undefined) {
      throw new Fault(undefined.what());
    }
    if (!(value instanceof Str str)) {
      return otherwise;
    }
    String text = number(str);
    try {
      return new Int(Long.parseLong(text, Math.clamp(bound.integer("base", 10), 2, 36)));
    } catch (NumberFormatException e) {
      return Operations.number(parsed(text))
          .map(number -> truncated(number, otherwise))
          .orElse(otherwise);
    }
  }

  private static Value truncated(double number, Value otherwise) {
    if (Double.isNaN(number)) {
      return otherwise;
    }
    if (Math.abs(number) >= 0x1p63) {
      throw new Fault("integer overflow in int");
    }
    return new Int((long) number);
  }

  /// A string's number as Java reads it: Python allows underscores between digits and space around.
  private static String number(Str str) {
    return str.strip(true, true).text().replaceAll("(?<=[0-9])_(?=[0-9])", "");
  }

  /// The number in a text, or none.
  private static Value parsed(String text) {
    if (!text.matches("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?")) {
      return None.NONE;
    }
    return new Real(Double.parseDouble(text));
  }

  private static Value toFloat(Value value, Arguments arguments) {
    Value otherwise = arguments.bind("float", "default").or("default", new Real(0));
    if (value instanceof Undefined undefined) {
      throw new Fault(undefined.what());
    }
    Value number = value instanceof Str str ? parsed(number(str)) : value;
    return Operations.number(number).<Value>map(Real::new).orElse(otherwise);
  }

  private static Value round(Value value, Arguments arguments) {
    Bound bound = arguments.bind("round", "precision", "method");
    double number =
        Operations.number(value)
            .orElseThrow(() -> new Fault("round needs a number, not " + Operations.type(value)));
    int precision = Math.clamp(bound.integer("precision", 0), -300, 300);
    String method = bound.text("method", Str.template("common")).text();
    if (method.equals("common")) {
      if (precision >= 0 && Operations.integer(value).isPresent()) {
        return new Int(Operations.integer(value).get());
      }
      Str digits = Formatting.percent(Str.template("%." + Math.max(0, precision) + "f"), value);
      if (precision < 0) {
        double unit = Math.pow(10, -precision);
        return new Real(Math.rint(number / unit) * unit);
      }
      return new Real(Double.parseDouble(digits.text()));
    }
    double unit = Math.pow(10, precision);
    return switch (method) {
      case "ceil" -> new Real(Math.ceil(number * unit) / unit);
      case "floor" -> new Real(Math.floor(number * unit) / unit);
      default -> throw new Fault("round: method must be common, ceil or floor");
    };
  }

  private static Value attr(Value value, Arguments arguments) {
    Str name = arguments.bind("attr", "name").text("name");
    return Attributes.find(value, name.text())
        .orElseGet(() ->
            new Undefined(
                "'" + Operations.type(value) + " object' has no attribute '" + name + "'"));
  }

  private static Value items(Value value, Arguments arguments) {
    arguments.bind("items");
    if (value instanceof Dict dict) {
      return new Lazy(Lazy.Kind.GENERATOR, Attributes.pairs(dict));
    }
    if (value instanceof Undefined) {
      return new Lazy(Lazy.Kind.GENERATOR, List.of());
    }
    throw new Fault("items needs a dict, not " + Operations.type(value));
  }

  private static Value dictSort(Value value, Arguments arguments) {
    Bound bound = arguments.bind("dictsort", "case_sensitive", "by", "reverse");
    String by = bound.text("by", Str.template("key")).text();
    if (!by.equals("key") && !by.equals("value")) {
      throw new Fault("dictsort: 'by' must be key or value");
    }
    if (!(value instanceof Dict dict)) {
      throw new Fault("dictsort needs a dict, not " + Operations.type(value));
    }
    boolean caseSensitive = bound.flag("case_sensitive", false);
    int place = by.equals("key") ? 0 : 1;
    return Sequence.list(
        SequenceFilters.sorted(
            Attributes.pairs(dict),
            pair -> SequenceFilters.sortKey(((Sequence) pair).items().get(place), caseSensitive),
            bound.flag("reverse", false)));
  }

  /// As transformers defines it: Python's `json.dumps`, not escaped for HTML.
  private static Value toJson(Value value, Arguments arguments) {
    Bound bound = arguments.bind("tojson", "ensure_ascii", "indent", "separators", "sort_keys");
    Optional<Value> indent = bound.given("indent");
    String unit = indent.map(Filters::indentation).orElse("");
    List<Value> separators =
        bound
            .given("separators")
            .map(Operations::walk)
            .orElse(List.of(Str.template(indent.isPresent() ? "," : ", "), Str.template(": ")));
    if (separators.size() != 2) {
      throw new Fault("tojson: 'separators' must be two strings");
    }
    Json.Style style =
        new Json.Style(
            bound.flag("ensure_ascii", false),
            indent.isPresent(),
            unit,
            Printer.print(separators.get(0)).text(),
            Printer.print(separators.get(1)).text(),
            bound.flag("sort_keys", false));
    return Str.data(Json.write(value, style));
  }

  private static String indentation(Value indent) {
    if (indent instanceof Str str) {
      return str.text();
    }
    long width =
        Operations.integer(indent)
            .orElseThrow(() -> new Fault("tojson: 'indent' must be a number"));
    return " ".repeat(Math.clamp(width, 0, 1000));
  }

  /// The value of `path` (`a.b.0`) in each item, as `map(attribute=…)` and others take it.
  static Value path(Value item, Value path) {
    if (Operations.integer(path).isPresent()) {
      return Operations.item(item, path);
    }
    Value found = item;
    for (String part : Printer.print(path).text().split("\\.", -1)) {
      boolean number =
          !part.isEmpty() && part.length() < 10 && part.chars().allMatch(c -> c >= '0' && c <= '9');
      found = Operations.item(found, number ? new Int(Long.parseLong(part)) : Str.template(part));
    }
    return found;
  }

  /// A dict in the order of the entries given.
  static Dict dict(List<Map.Entry<Value, Value>> entries) {
    Map<Value, Value> made = new LinkedHashMap<>();
    new ArrayList<>(entries).forEach(e -> made.put(Operations.key(e.getKey()), e.getValue()));
    return Dict.of(made);
  }
}
