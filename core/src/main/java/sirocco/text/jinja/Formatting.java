package sirocco.text.jinja;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import sirocco.text.jinja.Value.Dict;
import sirocco.text.jinja.Value.Sequence;

/// `%` on strings, and HTML escaping.
final class Formatting {
  private static final Pattern DIRECTIVE =
      Pattern.compile(
          "%(?:\\(([^)]*)\\))?([-+ 0#]*)([0-9]{0,4})(?:\\.([0-9]{0,3}))?(.)", Pattern.DOTALL);

  private Formatting() {}

  /// `format % value`: one value, a tuple of them, or a dict for `%(name)s`.
  static Str percent(Str format, Value value) {
    List<Value> values =
        value instanceof Sequence sequence && sequence.tuple() ? sequence.items() : List.of(value);
    Sink out = new Sink();
    Matcher matcher = DIRECTIVE.matcher(format.text());
    int from = 0;
    int used = 0;
    for (int at = format.text().indexOf('%'); at >= 0; at = format.text().indexOf('%', from)) {
      out.add(format, from, at);
      if (!matcher.find(at) || matcher.start() != at) {
        throw new Fault("a '%' directive that cannot be read");
      }
      from = matcher.end();
      String kind = matcher.group(5);
      if (kind.equals("%")) {
        out.add(Str.template("%"));
      } else if (matcher.group(1) != null) {
        out.add(directive(matcher, named(value, matcher.group(1))));
        used = values.size();
      } else if (used < values.size()) {
        out.add(directive(matcher, values.get(used++)));
      } else {
        throw new Fault("not enough values for the format string");
      }
    }
    out.add(format, from, format.length());
    if (used < values.size() && !(value instanceof Dict)) {
      throw new Fault("not all values were used by the format string");
    }
    return out.toStr().markup(format.safe());
  }

  private static Value named(Value value, String name) {
    if (value instanceof Dict dict) {
      Value found = dict.entries().get(Str.template(name));
      if (found != null) {
        return found;
      }
      throw new Fault("the format string asks for '" + name + "', which is not in the dict");
    }
    throw new Fault("'%(name)' needs a dict");
  }

  private static Str directive(Matcher matcher, Value value) {
    String flags = matcher.group(2);
    String width = matcher.group(3);
    String precision = matcher.group(4);
    Str made =
        switch (matcher.group(5)) {
          case "s" -> cut(Printer.print(value), precision);
          case "r" -> cut(Str.data(Printer.repr(value)), precision);
          case "d", "i", "u" -> signed(Long.toString(whole(value)), flags);
          case "x" -> signed(Long.toString(whole(value), 16), flags);
          case "X" -> signed(Long.toString(whole(value), 16).toUpperCase(Locale.ROOT), flags);
          case "o" -> signed(Long.toString(whole(value), 8), flags);
          case "f", "F" -> signed(fixed(value, precision), flags);
          default -> throw new Fault("unknown format directive '%" + matcher.group(5) + "'");
        };
    if (flags.indexOf('#') >= 0) {
      throw new Fault("unknown format flag '#'");
    }
    boolean number = "sr".indexOf(matcher.group(5)) < 0;
    return pad(made, width.isEmpty() ? 0 : Integer.parseInt(width), flags, number);
  }

  private static Str cut(Str text, @Nullable String precision) {
    if (precision == null) {
      return text;
    }
    int most = precision.isEmpty() ? 0 : Integer.parseInt(precision);
    return text.codePoints() <= most ? text : text.cut(0, text.text().offsetByCodePoints(0, most));
  }

  private static long whole(Value value) {
    return Operations.integer(value)
        .or(() -> Operations.number(value).map(Double::longValue))
        .orElseThrow(() -> new Fault("a number is needed, not " + Operations.type(value)));
  }

  private static String fixed(Value value, @Nullable String precision) {
    double number =
        Operations.number(value)
            .orElseThrow(() -> new Fault("a number is needed, not " + Operations.type(value)));
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      return Printer.real(number);
    }
    int digits = precision == null ? 6 : precision.isEmpty() ? 0 : Integer.parseInt(precision);
    String text = new BigDecimal(number).setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
    boolean lostSign = number < 0 && !text.startsWith("-");
    return lostSign ? "-" + text : text;
  }

  private static Str signed(String number, String flags) {
    if (number.startsWith("-") || (flags.indexOf('+') < 0 && flags.indexOf(' ') < 0)) {
      return Str.template(number);
    }
    return Str.template((flags.indexOf('+') >= 0 ? "+" : " ") + number);
  }

  private static Str pad(Str text, int width, String flags, boolean number) {
    int missing = width - text.codePoints();
    if (missing <= 0) {
      return text;
    }
    if (flags.indexOf('-') >= 0) {
      return text.then(Str.template(" ".repeat(missing)));
    }
    if (number && flags.indexOf('0') >= 0) {
      int sign = "+- ".indexOf(text.text().charAt(0)) >= 0 ? 1 : 0;
      return text.cut(0, sign)
          .then(Str.template("0".repeat(missing)))
          .then(text.cut(sign, text.length()));
    }
    return Str.template(" ".repeat(missing)).then(text);
  }

  /// The text with HTML's special characters escaped, unless it is markup already.
  static Str escape(Str text) {
    if (text.safe()) {
      return text;
    }
    Sink out = new Sink();
    for (int i = 0; i < text.length(); i++) {
      Str one = text.cut(i, i + 1);
      out.add(
          switch (text.text().charAt(i)) {
            case '&' -> Str.derived("&amp;", one);
            case '<' -> Str.derived("&lt;", one);
            case '>' -> Str.derived("&gt;", one);
            case '\'' -> Str.derived("&#39;", one);
            case '"' -> Str.derived("&#34;", one);
            default -> one;
          });
    }
    return out.toStr().markup(true);
  }
}
