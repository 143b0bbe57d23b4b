package sirocco.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import sirocco.text.jinja.Arguments.Bound;
import sirocco.text.jinja.Value.Bool;
import sirocco.text.jinja.Value.Int;
import sirocco.text.jinja.Value.None;
import sirocco.text.jinja.Value.Sequence;

/// The methods of Python's `str`.
final class StringMethods {
  private static final Set<String> OTHERS =
      Set.of(
          "casefold",
          "center",
          "encode",
          "expandtabs",
          "format",
          "format_map",
          "isascii",
          "isdecimal",
          "isidentifier",
          "isprintable",
          "istitle",
          "ljust",
          "maketrans",
          "rjust",
          "swapcase",
          "translate",
          "zfill");

  private StringMethods() {}

  static Optional<Value> find(Str str, String name) {
    return switch (name) {
      case "strip" -> stripping(str, name, true, true);
      case "lstrip" -> stripping(str, name, true, false);
      case "rstrip" -> stripping(str, name, false, true);
      case "upper" -> changing(name, str, StringMethods::upper);
      case "lower" -> changing(name, str, StringMethods::lower);
      case "capitalize" -> changing(name, str, StringMethods::capitalize);
      case "title" -> changing(name, str, StringMethods::title);
      case "isdigit", "isnumeric" -> asking(name, str, Character::isDigit);
      case "isalpha" -> asking(name, str, Character::isLetter);
      case "isalnum" -> asking(name, str, Character::isLetterOrDigit);
      case "isspace" -> asking(name, str, Str::isSpace);
      case "isupper" -> cased(name, str, true);
      case "islower" -> cased(name, str, false);
      case "startswith" -> Attributes.method(name, a -> Bool.of(hasEnd(str, name, a, true)));
      case "endswith" -> Attributes.method(name, a -> Bool.of(hasEnd(str, name, a, false)));
      case "removeprefix" -> Attributes.method(name, a -> without(str, name, a, true));
      case "removesuffix" -> Attributes.method(name, a -> without(str, name, a, false));
      case "split" -> Attributes.method(name, a -> split(str, name, a, false));
      case "rsplit" -> Attributes.method(name, a -> split(str, name, a, true));
      case "splitlines" -> Attributes.method(name, a -> splitLines(str, a));
      case "partition" -> Attributes.method(name, a -> partition(str, name, a, false));
      case "rpartition" -> Attributes.method(name, a -> partition(str, name, a, true));
      case "replace" -> Attributes.method(name, a -> replace(str, a));
      case "find", "rfind", "index", "rindex" -> Attributes.method(name, a -> place(str, name, a));
      case "count" -> Attributes.method(name, a -> count(str, a));
      case "join" -> Attributes.method(name, a -> join(str, a));
      default -> Attributes.unknown("str", name, Set.of(), OTHERS);
    };
  }

  private static Optional<Value> stripping(Str str, String name, boolean left, boolean right) {
    return Attributes.method(
        name,
        arguments ->
            arguments
                .bind(name + "()", "chars")
                .given("chars")
                .map(chars -> str.strip(left, right, string(name, chars)))
                .orElseGet(() -> str.strip(left, right)));
  }

  private static Str string(String name, Value value) {
    if (value instanceof Str str) {
      return str;
    }
    throw new Fault(name + "() needs a string, not " + Operations.type(value));
  }

  private static Optional<Value> changing(String name, Str str, UnaryOperator<Str> change) {
    return Attributes.method(
        name,
        arguments -> {
          arguments.bind(name + "()");
          return change.apply(str);
        });
  }

  static Str upper(Str str) {
    return recased(str, str.text().toUpperCase(Locale.ROOT));
  }

  static Str lower(Str str) {
    return recased(str, str.text().toLowerCase(Locale.ROOT));
  }

  /// A change of case keeps the origin of characters where it keeps their number.
  private static Str recased(Str str, String text) {
    return text.length() == str.length()
        ? new Str(text, str.trust(), str.safe())
        : Str.derived(text, str);
  }

  /// The first character as a title, the rest lower.
  static Str capitalize(Str str) {
    if (str.length() == 0) {
      return str;
    }
    int first = str.text().offsetByCodePoints(0, 1);
    Str tail = str.cut(first, str.length());
    return titled(str.cut(0, first)).then(lower(tail));
  }

  private static Str titled(Str character) {
    String text = character.text();
    int c = text.codePointAt(0);
    String title = Character.toString(Character.toTitleCase(c));
    String upper = text.toUpperCase(Locale.ROOT);
    // A letter that becomes two (ß) has no single title form: Ss.
    boolean two = title.equals(text) && upper.codePointCount(0, upper.length()) > 1;
    if (two) {
      int first = upper.offsetByCodePoints(0, 1);
      title = upper.substring(0, first) + upper.substring(first).toLowerCase(Locale.ROOT);
    }
    return recased(character, title);
  }

  /// Every letter behind one without case as a title, the others lower.
  private static Str title(Str str) {
    Sink out = new Sink();
    boolean inWord = false;
    for (Value value : str.characters()) {
      Str character = (Str) value;
      int c = character.text().codePointAt(0);
      out.add(inWord ? lower(character) : titled(character));
      inWord = isCased(c);
    }
    return out.toStr().markup(str.safe());
  }

  private static boolean isCased(int c) {
    return Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
  }

  private static Optional<Value> asking(String name, Str str, IntPredicate question) {
    return Attributes.method(
        name,
        arguments -> {
          arguments.bind(name + "()");
          return Bool.of(str.length() > 0 && str.text().codePoints().allMatch(question));
        });
  }

  private static Optional<Value> cased(String name, Str str, boolean upper) {
    return Attributes.method(
        name,
        arguments -> {
          arguments.bind(name + "()");
          boolean any = str.text().codePoints().anyMatch(StringMethods::isCased);
          boolean all =
              str.text()
                  .codePoints()
                  .filter(StringMethods::isCased)
                  .allMatch(c -> upper ? Character.isUpperCase(c) : Character.isLowerCase(c));
          return Bool.of(any && all);
        });
  }

  private static boolean hasEnd(Str str, String name, Arguments arguments, boolean start) {
    Value asked = arguments.bind(name + "()", "text").required("text");
    List<Value> choices =
        asked instanceof Sequence choice && choice.tuple() ? choice.items() : List.of(asked);
    return choices.stream()
        .map(choice -> string(name, choice).text())
        .anyMatch(end -> start ? str.text().startsWith(end) : str.text().endsWith(end));
  }

  private static Value without(Str str, String name, Arguments arguments, boolean start) {
    String end = arguments.bind(name + "()", "text").text("text").text();
    if (start ? !str.text().startsWith(end) : !str.text().endsWith(end)) {
      return str;
    }
    return start ? str.cut(end.length(), str.length()) : str.cut(0, str.length() - end.length());
  }

  private static Value split(Str str, String name, Arguments arguments, boolean fromRight) {
    Bound bound = arguments.bind(name + "()", "sep", "maxsplit");
    long most = bound.integer("maxsplit", -1);
    most = most < 0 ? Long.MAX_VALUE : most;
    Optional<Value> separator = bound.given("sep");
    if (separator.isEmpty()) {
      return fromRight ? Splitting.wordsFromRight(str, most) : Splitting.words(str, most);
    }
    Str by = string(name, separator.get());
    if (by.length() == 0) {
      throw new Fault(name + "(): empty separator");
    }
    return fromRight ? Splitting.fromRight(str, by, most) : Splitting.fromLeft(str, by, most);
  }

  private static Value splitLines(Str str, Arguments arguments) {
    return Splitting.lines(str, arguments.bind("splitlines()", "keepends").flag("keepends", false));
  }

  private static Value partition(Str str, String name, Arguments arguments, boolean last) {
    Str by = arguments.bind(name + "()", "sep").text("sep");
    if (by.length() == 0) {
      throw new Fault(name + "(): empty separator");
    }
    int at = last ? str.findLast(by, str.length()) : str.find(by, 0);
    Str empty = str.cut(0, 0);
    if (at < 0) {
      return Sequence.tuple(last ? List.of(empty, empty, str) : List.of(str, empty, empty));
    }
    int end = at + by.length();
    return Sequence.tuple(List.of(str.cut(0, at), str.cut(at, end), str.cut(end, str.length())));
  }

  private static Value replace(Str str, Arguments arguments) {
    Bound bound = arguments.bind("replace()", "old", "new", "count");
    Str by = bound.text("new");
    return str.replace(
        bound.text("old"), str.safe() ? Formatting.escape(by) : by, bound.integer("count", -1));
  }

  private static Value place(Str str, String name, Arguments arguments) {
    Str needle = arguments.bind(name + "()", "text").text("text");
    int units = name.startsWith("r") ? str.findLast(needle, str.length()) : str.find(needle, 0);
    if (units < 0 && name.endsWith("index")) {
      throw new Fault(name + "(): substring not found");
    }
    return new Int(units < 0 ? -1 : str.text().codePointCount(0, units));
  }

  private static Value count(Str str, Arguments arguments) {
    Str needle = arguments.bind("count()", "text").text("text");
    if (needle.length() == 0) {
      return new Int(str.codePoints() + 1L);
    }
    long found = 0;
    for (int at = str.find(needle, 0); at >= 0; at = str.find(needle, at + needle.length())) {
      found++;
    }
    return new Int(found);
  }

  private static Value join(Str str, Arguments arguments) {
    Value items = arguments.bind("join()", "items").or("items", None.NONE);
    List<Str> parts = new ArrayList<>();
    for (Value item : Operations.walk(items)) {
      Str part = string("join", item);
      parts.add(str.safe() ? Formatting.escape(part) : part);
    }
    return joined(str, parts).markup(str.safe());
  }

  static Str joined(Str separator, List<Str> parts) {
    Sink out = new Sink();
    for (int i = 0; i < parts.size(); i++) {
      if (i > 0) {
        out.add(separator);
      }
      out.add(parts.get(i));
    }
    return out.toStr();
  }
}
