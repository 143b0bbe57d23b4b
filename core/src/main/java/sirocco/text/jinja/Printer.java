package sirocco.text.jinja;

import java.math.BigDecimal;
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

/// Values as Python prints them.
final class Printer {
  private Printer() {}

  /// Python's `str`; a string keeps the origin of its characters.
  static Str print(Value value) {
    return switch (value) {
      case Str s -> s;
      case Undefined u -> Str.template("");
      case None n -> Str.template("None");
      case Bool b -> Str.template(b.value() ? "True" : "False");
      case Int i -> Str.template(Long.toString(i.value()));
      case Real r -> Str.template(real(r.value()));
      // Strings inside may be the user's: the whole print counts as data.
      case Sequence s -> Str.data(repr(s));
      case Dict d -> Str.data(repr(d));
      case Namespace n -> throw unprintable(n);
      case Lazy l -> throw unprintable(l);
      case Function f -> throw unprintable(f);
      case Loop l -> throw unprintable(l);
    };
  }

  private static Fault unprintable(Value value) {
    return new Fault("a " + Operations.type(value) + " has no text (try |list)");
  }

  /// Python's `repr`.
  static String repr(Value value) {
    StringBuilder out = new StringBuilder();
    repr(value, out);
    return out.toString();
  }

  private static void repr(Value value, StringBuilder out) {
    Str.checkLength(out.length());
    switch (value) {
      case Str s -> quote(s.text(), out);
      case Sequence s -> reprItems(s, out);
      case Dict d -> reprEntries(d, out);
      case Undefined u -> out.append("Undefined");
      case None n -> out.append(print(n).text());
      case Bool b -> out.append(print(b).text());
      case Int i -> out.append(i.value());
      case Real r -> out.append(real(r.value()));
      case Namespace n -> throw unprintable(n);
      case Lazy l -> throw unprintable(l);
      case Function f -> throw unprintable(f);
      case Loop l -> throw unprintable(l);
    }
  }

  private static void reprItems(Sequence sequence, StringBuilder out) {
    out.append(sequence.tuple() ? '(' : '[');
    List<Value> items = sequence.items();
    for (int i = 0; i < items.size(); i++) {
      if (i > 0) {
        out.append(", ");
      }
      repr(items.get(i), out);
    }
    if (sequence.tuple() && items.size() == 1) {
      out.append(',');
    }
    out.append(sequence.tuple() ? ')' : ']');
  }

  private static void reprEntries(Dict dict, StringBuilder out) {
    out.append('{');
    int start = out.length();
    for (Map.Entry<Value, Value> entry : dict.entries().entrySet()) {
      if (out.length() > start) {
        out.append(", ");
      }
      repr(entry.getKey(), out);
      out.append(": ");
      repr(entry.getValue(), out);
    }
    out.append('}');
  }

  private static void quote(String text, StringBuilder out) {
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    out.append(quote);
    text.codePoints()
        .forEach(c -> {
          if (c == quote || c == '\\') {
            out.append('\\').append((char) c);
          } else if (c == '\n' || c == '\r' || c == '\t') {
            out.append(c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t");
          } else if (isPrintable(c)) {
            out.appendCodePoint(c);
          } else {
            String form = c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x";
            out.append(form.formatted(c));
          }
        });
    out.append(quote);
  }

  private static boolean isPrintable(int c) {
    if (c == ' ') {
      return true;
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SPACE_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /// Python's `repr` of a float: the shortest digits that give it back, plain from 1e-4 to 1e16.
  static String real(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    String sign = 1 / value < 0 || value < 0 ? "-" : "";
    if (value == 0) {
      return sign + "0.0";
    }
    BigDecimal decimal = new BigDecimal(Double.toString(Math.abs(value))).stripTrailingZeros();
    String digits = decimal.unscaledValue().toString();
    int exponent = digits.length() - 1 - decimal.scale();
    if (exponent < -4 || exponent >= 16) {
      String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
      String tail = (exponent < 0 ? "-" : "+") + "%02d".formatted(Math.abs(exponent));
      return sign + digits.charAt(0) + fraction + "e" + tail;
    }
    String plain = decimal.toPlainString();
    return sign + (plain.indexOf('.') < 0 ? plain + ".0" : plain);
  }
}
