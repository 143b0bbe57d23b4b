package sirocco.text.jinja;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sirocco.text.jinja.Arguments.Bound;
import sirocco.text.jinja.Value.Bool;
import sirocco.text.jinja.Value.Dict;
import sirocco.text.jinja.Value.Int;
import sirocco.text.jinja.Value.None;
import sirocco.text.jinja.Value.Sequence;

/// Filters whose result is text.
final class TextFilters {
  private static final Pattern WORD_START = Pattern.compile("[-\\s({\\[<]+");
  private static final Pattern WORD = Pattern.compile("\\w+", Pattern.UNICODE_CHARACTER_CLASS);

  static final Map<String, Filters.Filter> FILTERS =
      Map.ofEntries(
          on("upper", StringMethods::upper),
          on("lower", StringMethods::lower),
          on("capitalize", StringMethods::capitalize),
          on("title", TextFilters::title),
          on("string", text -> text),
          on("safe", text -> text.markup(true)),
          on("escape", Formatting::escape),
          on("e", Formatting::escape),
          on("forceescape", text -> Formatting.escape(text.markup(false))),
          Map.entry("trim", TextFilters::trim),
          Map.entry("replace", TextFilters::replace),
          Map.entry("indent", TextFilters::indent),
          Map.entry("join", TextFilters::join),
          Map.entry("format", TextFilters::format),
          Map.entry("wordcount", TextFilters::wordCount));

  private TextFilters() {}

  private static Map.Entry<String, Filters.Filter> on(String name, UnaryOperator<Str> change) {
    return Map.entry(
        name,
        (value, arguments) -> {
          arguments.bind(name);
          return change.apply(Printer.print(value));
        });
  }

  /// Jinja's own `title`: only what stands behind space, dash or a bracket starts a word.
  private static Str title(Str text) {
    Sink out = new Sink();
    Matcher matcher = WORD_START.matcher(text.text());
    int from = 0;
    while (matcher.find()) {
      word(text.cut(from, matcher.start()), out);
      out.add(text, matcher.start(), matcher.end());
      from = matcher.end();
    }
    word(text.cut(from, text.length()), out);
    return out.toStr();
  }

  private static void word(Str word, Sink out) {
    if (word.length() > 0) {
      int first = word.text().offsetByCodePoints(0, 1);
      out.add(StringMethods.upper(word.cut(0, first)));
      out.add(StringMethods.lower(word.cut(first, word.length())));
    }
  }

  private static Value trim(Value value, Arguments arguments) {
    Str text = Printer.print(value);
    return arguments
        .bind("trim", "chars")
        .given("chars")
        .map(chars -> text.strip(true, true, Printer.print(chars)))
        .orElseGet(() -> text.strip(true, true));
  }

  private static Value replace(Value value, Arguments arguments) {
    Bound bound = arguments.bind("replace", "old", "new", "count");
    long count = bound.given("count").isPresent() ? bound.integer("count", -1) : -1;
    return Printer.print(value)
        .markup(false)
        .replace(Printer.print(bound.required("old")), Printer.print(bound.required("new")), count);
  }

  private static Value indent(Value value, Arguments arguments) {
    Bound bound = arguments.bind("indent", "width", "first", "blank");
    Value width = bound.or("width", new Int(4));
    Str unit =
        width instanceof Str str
            ? str
            : Str.template(" ".repeat(Math.clamp(bound.integer("width", 4), 0, 10_000)));
    boolean blank = bound.flag("blank", false);
    // Jinja adds a newline first, so that a last empty line is kept.
    Str text = Printer.print(value).then(Str.template("\n"));
    Sink out = new Sink();
    List<Value> lines = Operations.walk(Splitting.lines(text, false));
    for (int i = 0; i < lines.size(); i++) {
      Str line = (Str) lines.get(i);
      if (i > 0) {
        out.add(Str.template("\n"));
      }
      boolean indented = i == 0 ? bound.flag("first", false) : blank || line.length() > 0;
      if (indented) {
        out.add(unit);
      }
      out.add(line);
    }
    return out.toStr();
  }

  private static Value join(Value value, Arguments arguments) {
    Bound bound = arguments.bind("join", "d", "attribute");
    List<Str> parts =
        Operations.walk(value).stream()
            .map(
                item -> bound.given("attribute").map(path -> Filters.path(item, path)).orElse(item))
            .map(Printer::print)
            .toList();
    return StringMethods.joined(Printer.print(bound.or("d", Str.template(""))), parts);
  }

  /// `"%s"|format(x)`, `"%(a)s"|format(a=x)`
  private static Value format(Value value, Arguments arguments) {
    if (!arguments.named().isEmpty() && !arguments.positional().isEmpty()) {
      throw new Fault("format takes positional or named arguments, not both");
    }
    return Formatting.percent(
        Printer.print(value),
        arguments.named().isEmpty()
            ? Sequence.tuple(arguments.positional())
            : Dict.named(arguments.named()));
  }

  private static Value wordCount(Value value, Arguments arguments) {
    arguments.bind("wordcount");
    return new Int(WORD.matcher(Printer.print(value).text()).results().count());
  }

  /// For tests and loops that compare without regard to case.
  static Value folded(Value value) {
    if (value instanceof Bool || value instanceof None) {
      return value;
    }
    return value instanceof Str str ? StringMethods.lower(str) : value;
  }
}
