package sirocco.text.jinja;

import java.time.Clock;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import sirocco.text.jinja.Arguments.Bound;
import sirocco.text.jinja.Value.Dict;
import sirocco.text.jinja.Value.Function;
import sirocco.text.jinja.Value.Int;
import sirocco.text.jinja.Value.Lazy;
import sirocco.text.jinja.Value.Namespace;

/// The functions that every template has: Jinja's, and those that transformers adds.
final class Globals {
  private static final Set<String> OTHERS = Set.of("cycler", "joiner", "lipsum");
  private static final Map<String, Value> NAMES =
      Map.of(
          "range", new Function("range", Globals::range),
          "namespace", new Function("namespace", Globals::namespace),
          "dict", new Function("dict", Globals::dict),
          "raise_exception", new Function("raise_exception", Globals::raise));

  /// What each letter of `strftime` stands for, as a pattern of java.time.
  private static final Map<Character, String> DATE =
      Map.ofEntries(
          Map.entry('a', "EEE"),
          Map.entry('A', "EEEE"),
          Map.entry('b', "MMM"),
          Map.entry('B', "MMMM"),
          Map.entry('d', "dd"),
          Map.entry('H', "HH"),
          Map.entry('I', "hh"),
          Map.entry('j', "DDD"),
          Map.entry('m', "MM"),
          Map.entry('M', "mm"),
          Map.entry('p', "a"),
          Map.entry('S', "ss"),
          Map.entry('y', "yy"),
          Map.entry('Y', "yyyy"),
          Map.entry('F', "yyyy-MM-dd"),
          Map.entry('T', "HH:mm:ss"),
          Map.entry('e', "ppd"));

  private Globals() {}

  static Optional<Value> find(String name) {
    if (OTHERS.contains(name)) {
      throw new Fault("'" + name + "' is not supported");
    }
    return Optional.ofNullable(NAMES.get(name));
  }

  /// `strftime_now(format)` by this clock, in English.
  static Function strftimeNow(Clock clock) {
    return new Function(
        "strftime_now",
        arguments -> {
          Str format = arguments.bind("strftime_now", "format").text("format");
          return Str.template(date(format.text(), ZonedDateTime.now(clock)));
        });
  }

  private static String date(String format, ZonedDateTime now) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '%') {
        out.append(c);
        continue;
      }
      boolean bare = format.startsWith("%-", i);
      i += bare ? 2 : 1;
      char letter = i < format.length() ? format.charAt(i) : ' ';
      String pattern = DATE.get(letter);
      if (letter == '%') {
        out.append('%');
      } else if (pattern == null) {
        throw new Fault("strftime_now: unknown directive '%" + letter + "'");
      } else {
        String text = DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(now);
        out.append(bare ? text.replaceFirst("^[0 ]+(?=.)", "") : text);
      }
    }
    return out.toString();
  }

  private static Value range(Arguments arguments) {
    Bound bound = arguments.bind("range()", "a", "b", "step");
    bound.required("a");
    long first = bound.integer("a", 0);
    boolean one = bound.get("b").isEmpty();
    long start = one ? 0 : first;
    long stop = one ? first : bound.integer("b", 0);
    long step = bound.integer("step", 1);
    if (step == 0) {
      throw new Fault("range(): the step cannot be 0");
    }
    double size = Math.ceil(((double) stop - (double) start) / step);
    if (size > Limits.RANGE) {
      throw new Fault("range(): more than " + Limits.RANGE + " numbers");
    }
    List<Value> numbers = new ArrayList<>();
    for (long i = 0; i < size; i++) {
      numbers.add(new Int(start + i * step));
    }
    return new Lazy(Lazy.Kind.RANGE, numbers);
  }

  private static Value namespace(Arguments arguments) {
    Namespace made = new Namespace();
    made.attributes.putAll(entries("namespace", arguments));
    return made;
  }

  private static Value dict(Arguments arguments) {
    return Dict.named(entries("dict", arguments));
  }

  private static Map<String, Value> entries(String what, Arguments arguments) {
    Map<String, Value> entries = new LinkedHashMap<>();
    for (Value base : arguments.positional()) {
      if (!(base instanceof Dict dict) || arguments.positional().size() > 1) {
        throw new Fault(what + "() takes a dict and named arguments");
      }
      dict.entries().forEach((key, value) -> entries.put(Printer.print(key).text(), value));
    }
    entries.putAll(arguments.named());
    return entries;
  }

  private static Value raise(Arguments arguments) {
    Value message = arguments.bind("raise_exception", "message").required("message");
    throw new Fault(Printer.print(message).text());
  }
}
