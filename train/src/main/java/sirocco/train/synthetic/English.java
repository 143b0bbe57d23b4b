package sirocco.train.synthetic;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// The little grammar that filled-in sentences need.
final class English {
  private static final Pattern SENTENCE_END =
      Pattern.compile("(?<=[.!?])(?<!\\b(?:Mr|Mrs|Ms|Dr|St|Prof)\\.)\\s+");
  private static final List<String> ONES =
      List.of(
          "zero",
          "one",
          "two",
          "three",
          "four",
          "five",
          "six",
          "seven",
          "eight",
          "nine",
          "ten",
          "eleven",
          "twelve",
          "thirteen",
          "fourteen",
          "fifteen",
          "sixteen",
          "seventeen",
          "eighteen",
          "nineteen");
  private static final List<String> TENS =
      List.of("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety");
  private static final Map<String, String> PLURALS =
      Map.ofEntries(
          Map.entry("man", "men"),
          Map.entry("woman", "women"),
          Map.entry("child", "children"),
          Map.entry("goose", "geese"),
          Map.entry("mouse", "mice"),
          Map.entry("foot", "feet"),
          Map.entry("tooth", "teeth"),
          Map.entry("sheep", "sheep"),
          Map.entry("deer", "deer"),
          Map.entry("salmon", "salmon"),
          Map.entry("elk", "elk"),
          Map.entry("knife", "knives"),
          Map.entry("wolf", "wolves"),
          Map.entry("leaf", "leaves"),
          Map.entry("loaf", "loaves"),
          Map.entry("shelf", "shelves"),
          Map.entry("octopus", "octopuses"),
          Map.entry("potato", "potatoes"),
          Map.entry("tomato", "tomatoes"),
          Map.entry("mango", "mangoes"),
          Map.entry("hero", "heroes"),
          Map.entry("person", "people"));

  private English() {}

  /// With `a` or `an` before it.
  static String a(String noun) {
    String lower = noun.toLowerCase(Locale.ROOT);
    boolean vowel = "aeiou".indexOf(lower.charAt(0)) >= 0;
    boolean spokenAsYou =
        lower.startsWith("uni") || lower.startsWith("ukulele") || lower.startsWith("european");
    boolean silentH = lower.startsWith("hour") || lower.startsWith("honest");
    return ((vowel && !spokenAsYou) || silentH ? "an " : "a ") + noun;
  }

  /// The plural of a noun, or of the last noun of several words.
  static String plural(String noun) {
    int space = noun.lastIndexOf(' ');
    if (space >= 0) {
      return noun.substring(0, space + 1) + plural(noun.substring(space + 1));
    }
    String known = PLURALS.get(noun);
    if (known != null) {
      return known;
    }
    if (noun.endsWith("s")
        || noun.endsWith("x")
        || noun.endsWith("z")
        || noun.endsWith("ch")
        || noun.endsWith("sh")) {
      return noun + "es";
    }
    if (noun.endsWith("y") && "aeiou".indexOf(noun.charAt(noun.length() - 2)) < 0) {
      return noun.substring(0, noun.length() - 1) + "ies";
    }
    return noun + "s";
  }

  static String count(int number, String noun) {
    return number + " " + (number == 1 ? noun : plural(noun));
  }

  /// A number below a hundred in words.
  static String spelled(int number) {
    if (number < 20) {
      return ONES.get(number);
    }
    String tens = TENS.get(number / 10);
    return number % 10 == 0 ? tens : tens + "-" + ONES.get(number % 10);
  }

  static String capital(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }

  static String lowerFirst(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
  }

  /// `one, two and three`.
  static String listed(List<String> items) {
    if (items.size() == 1) {
      return items.getFirst();
    }
    return String.join(", ", items.subList(0, items.size() - 1)) + " and " + items.getLast();
  }

  /// A wording with its places filled in: `{x}` the value, `{a x}` with its article, `{s x}` its
  /// plural, `{C x}` with a capital letter, `{A x}` with its article and a capital letter.
  ///
  /// @throws IllegalArgumentException if there is no value for a place
  static String fill(String wording, Map<String, String> values) {
    StringBuilder filled = new StringBuilder();
    int from = 0;
    for (int open = wording.indexOf('{'); open >= 0; open = wording.indexOf('{', from)) {
      int close = wording.indexOf('}', open);
      if (close < 0) {
        throw new IllegalArgumentException("wording without its '}': " + wording);
      }
      filled.append(wording, from, open).append(place(wording, open, close, values));
      from = close + 1;
    }
    return filled.append(wording.substring(from)).toString();
  }

  private static String place(String wording, int open, int close, Map<String, String> values) {
    String name = wording.substring(open + 1, close);
    boolean shaped = name.length() > 2 && name.charAt(1) == ' ';
    String value = values.get(shaped ? name.substring(2) : name);
    if (value == null) {
      throw new IllegalArgumentException("no value for {" + name + "} in: " + wording);
    }
    if (!shaped) {
      return value;
    }
    return switch (name.charAt(0)) {
      case 'a' -> a(value);
      case 'A' -> capital(a(value));
      case 's' -> plural(value);
      case 'C' -> capital(value);
      default -> throw new IllegalArgumentException("unknown place {" + name + "} in: " + wording);
    };
  }

  /// The sentences of a text. A title before a name ends none.
  static List<String> sentences(String text) {
    return List.of(SENTENCE_END.split(text, -1));
  }
}
