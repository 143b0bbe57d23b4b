package sirocco.text.jinja;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sirocco.text.jinja.Value.Bool;
import sirocco.text.jinja.Value.Dict;
import sirocco.text.jinja.Value.Function;
import sirocco.text.jinja.Value.Int;
import sirocco.text.jinja.Value.Lazy;
import sirocco.text.jinja.Value.Loop;
import sirocco.text.jinja.Value.Namespace;
import sirocco.text.jinja.Value.None;
import sirocco.text.jinja.Value.Real;
import sirocco.text.jinja.Value.Sequence;
import sirocco.text.jinja.Value.Undefined;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// JSON as Python's `json.dumps` writes it: `", "` and `": "` between things, which matters, for
/// the text becomes tokens.
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(Limits.VALUE_DEPTH - 2)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final StringBuilder out = new StringBuilder();
  private final Style style;

  /// How to write.
  ///
  /// @param indent what one level is indented by; empty for all on one line
  /// @param multiline whether every item has its line
  public record Style(
      boolean ensureAscii,
      boolean multiline,
      String indent,
      String itemSeparator,
      String keySeparator,
      boolean sortKeys) {
    /// What templates and mistral-common use: one line, no escapes for what is not ASCII.
    public static final Style PLAIN = new Style(false, false, "", ", ", ": ", false);
  }

  private Json(Style style) {
    this.style = style;
  }

  /// The text of a value. Outside of a template to be called in [Template#guarded]: a value without
  /// JSON form is an error.
  public static String write(Value value, Style style) {
    Json json = new Json(style);
    json.value(value, 0);
    return json.out.toString();
  }

  /// The value of a JSON text; its strings are data.
  ///
  /// @throws IllegalArgumentException if it is not JSON
  public static Value read(String text) {
    try {
      return value(MAPPER.readTree(text));
    } catch (JacksonException | Fault e) {
      String message =
          e instanceof JacksonException json ? json.getOriginalMessage() : e.getMessage();
      throw new IllegalArgumentException("not JSON that can be used: " + message, e);
    }
  }

  private static Value value(JsonNode node) {
    return switch (node.getNodeType()) {
      case STRING -> Str.data(node.stringValue());
      case BOOLEAN -> Bool.of(node.booleanValue());
      case NULL -> None.NONE;
      case NUMBER -> number(node);
      case ARRAY -> {
        List<Value> items = new ArrayList<>();
        node.forEach(item -> items.add(value(item)));
        yield Sequence.list(items);
      }
      case OBJECT -> {
        Map<Value, Value> entries = new LinkedHashMap<>();
        node.properties().forEach(e -> entries.put(Str.data(e.getKey()), value(e.getValue())));
        yield Dict.of(entries);
      }
      case MISSING, BINARY, POJO -> throw new Fault("nothing there");
    };
  }

  private static Value number(JsonNode node) {
    if (!node.isIntegralNumber()) {
      return new Real(node.doubleValue());
    }
    BigInteger whole = node.bigIntegerValue();
    if (whole.bitLength() > 63) {
      throw new Fault("integer out of range: " + whole);
    }
    return new Int(whole.longValue());
  }

  private void value(Value value, int level) {
    Str.checkLength(out.length());
    switch (value) {
      case Str s -> string(s.text());
      case Bool b -> out.append(b.value());
      case None n -> out.append("null");
      case Int i -> out.append(i.value());
      case Real r -> out.append(real(r.value()));
      case Sequence s -> array(s.items(), level);
      case Dict d -> object(d, level);
      case Undefined u -> throw unfit(u);
      case Namespace n -> throw unfit(n);
      case Lazy l -> throw unfit(l);
      case Function f -> throw unfit(f);
      case Loop l -> throw unfit(l);
    }
  }

  private static Fault unfit(Value value) {
    return new Fault(Operations.type(value) + " has no JSON form");
  }

  private static String real(double value) {
    return switch (Printer.real(value)) {
      case "nan" -> "NaN";
      case "inf" -> "Infinity";
      case "-inf" -> "-Infinity";
      case String text -> text;
    };
  }

  private void array(List<Value> items, int level) {
    if (items.isEmpty()) {
      out.append("[]");
      return;
    }
    out.append('[');
    for (int i = 0; i < items.size(); i++) {
      separate(i == 0, level + 1);
      value(items.get(i), level + 1);
    }
    newline(level);
    out.append(']');
  }

  private void object(Dict dict, int level) {
    List<Map.Entry<String, Value>> entries = new ArrayList<>();
    dict.entries().forEach((key, value) -> entries.add(Map.entry(name(key), value)));
    if (entries.isEmpty()) {
      out.append("{}");
      return;
    }
    if (style.sortKeys) {
      entries.sort(
          Comparator.comparing(
              Map.Entry::getKey,
              (a, b) -> Operations.order(Str.template(a), Str.template(b), "<")));
    }
    out.append('{');
    boolean first = true;
    for (Map.Entry<String, Value> entry : entries) {
      separate(first, level + 1);
      first = false;
      string(entry.getKey());
      out.append(style.keySeparator);
      value(entry.getValue(), level + 1);
    }
    newline(level);
    out.append('}');
  }

  private static String name(Value key) {
    if (key instanceof Str str) {
      return str.text();
    }
    if (key instanceof Bool || key instanceof None) {
      return key instanceof Bool bool ? Boolean.toString(bool.value()) : "null";
    }
    return Printer.repr(key);
  }

  private void separate(boolean first, int level) {
    if (!first) {
      out.append(style.itemSeparator);
    }
    newline(level);
  }

  private void newline(int level) {
    if (style.multiline) {
      out.append('\n').repeat(style.indent, level);
    }
  }

  private void string(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int simple = "\"\\\b\f\n\r\t".indexOf(c);
      if (simple >= 0) {
        out.append('\\').append("\"\\bfnrt".charAt(simple));
      } else if (c < 0x20 || (style.ensureAscii && c > 0x7e)) {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}
