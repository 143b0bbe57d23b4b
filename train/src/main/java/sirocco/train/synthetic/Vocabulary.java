package sirocco.train.synthetic;

import java.util.List;

/// Words by their sort: those of the lists, and those made anew (names from syllables, times,
/// prices), so that an answer has to be copied from its text and cannot be known by heart.
final class Vocabulary {
  private static final List<String> ONSETS =
      List.of(
          "b", "br", "c", "ch", "d", "dr", "f", "fl", "g", "gr", "h", "j", "k", "kr", "l", "m", "n",
          "p", "pr", "qu", "r", "s", "sh", "sk", "st", "t", "th", "tr", "v", "w", "y", "z", "");
  private static final List<String> VOWELS =
      List.of("a", "e", "i", "o", "u", "a", "e", "i", "o", "ai", "ea", "ie", "oo", "ou", "ia");
  private static final List<String> CODAS =
      List.of("", "", "", "n", "r", "l", "s", "m", "k", "t", "x", "nd", "rn", "th", "lla", "ro");

  private final Lists words = Lists.ofWords("names.txt", "things.txt");
  private final List<String> passages;

  Vocabulary() {
    this(List.of());
  }

  /// @param passages natural text to hide things in; may be empty
  Vocabulary(List<String> passages) {
    this.passages = List.copyOf(passages);
  }

  List<String> passages() {
    return passages;
  }

  List<String> all(String sort) {
    return words.of(sort);
  }

  /// A word of a sort. Digits at the sort's end only tell two of one sort apart.
  String word(String sort, Draw draw) {
    int end = sort.length();
    while (Character.isDigit(sort.charAt(end - 1))) {
      end--;
    }
    String name = sort.substring(0, end);
    return switch (name) {
      case "n" -> Integer.toString(draw.between(2, 19));
      case "nn" -> Integer.toString(draw.between(11, 99));
      case "nnn" -> draw.held(() -> Integer.toString(draw.between(100, 999)));
      case "nnnn" -> draw.held(() -> Integer.toString(draw.between(11, 99) * 100));
      case "tall" -> Integer.toString(draw.between(150, 199));
      case "age" -> Integer.toString(draw.between(18, 80));
      case "year" -> draw.held(() -> Integer.toString(draw.between(1700, 2025)));
      case "birthyear" -> Integer.toString(draw.between(1930, 2012));
      case "digits" -> draw.held(() -> draw.digits(draw.between(4, 7)));
      case "time" -> time(draw);
      case "date" -> draw.between(1, 28) + " " + draw.any(words.of("month"));
      case "name" -> firstName(draw);
      case "fullname" -> firstName(draw) + " " + lastName(draw);
      case "surname" -> lastName(draw);
      case "city" -> city(draw);
      case "town" -> town(draw);
      case "street" ->
          draw.one(words.of("street")) + " " + draw.any(List.of("Street", "Road", "Lane"));
      case "invented" -> draw.held(() -> invented(draw, 2));
      case "code" -> code(draw);
      case "mark" -> draw.held(() -> mark(draw));
      default -> draw.one(words.of(name));
    };
  }

  String firstName(Draw draw) {
    return word(draw.chance(0.5) ? "female" : "male", draw, 0.15);
  }

  String female(Draw draw) {
    return word("female", draw, 0.15);
  }

  String male(Draw draw) {
    return word("male", draw, 0.15);
  }

  private String lastName(Draw draw) {
    return word("last", draw, 0.2);
  }

  private String city(Draw draw) {
    return draw.chance(0.25) ? town(draw) : word("city", draw, 0.1);
  }

  private String town(Draw draw) {
    if (draw.chance(0.2)) {
      return word("invented", draw);
    }
    return draw.held(() -> draw.any(words.of("place-start")) + draw.any(words.of("place-end")));
  }

  private String word(String list, Draw draw, double inventedShare) {
    return draw.chance(inventedShare) ? word("invented", draw) : draw.one(words.of(list));
  }

  /// A name nobody bears, with a capital letter.
  static String invented(Draw draw, int syllables) {
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < syllables; i++) {
      name.append(draw.any(ONSETS)).append(draw.any(VOWELS));
    }
    name.append(draw.any(CODAS));
    String text = name.toString();
    return English.capital(text.length() < 3 ? text + "lan" : text);
  }

  private static String time(Draw draw) {
    int hour = draw.between(6, 11);
    return switch (draw.below(4)) {
      case 0 -> hour + " o'clock";
      case 1 -> "half past " + English.spelled(hour);
      case 2 -> (hour + 6) + ":" + draw.any(List.of("00", "15", "30", "45", "20", "40"));
      default ->
          hour
              + ":"
              + draw.any(List.of("00", "15", "30", "45"))
              + " "
              + draw.any(List.of("am", "pm"));
    };
  }

  /// Letters and digits, such as `QX-4821`, `b7k2m9` or `Alpha-17`.
  private static String code(Draw draw) {
    return draw.held(() ->
        switch (draw.below(5)) {
          case 0 -> letters(draw, draw.between(2, 3)) + "-" + draw.digits(draw.between(2, 4));
          case 1 -> letters(draw, 1) + draw.digits(draw.between(2, 5));
          case 2 -> mixed(draw, draw.between(5, 8));
          case 3 -> draw.digits(3) + "-" + draw.digits(3);
          default -> invented(draw, 2) + "-" + draw.digits(2);
        });
  }

  /// A mark of a machine or a room: `B12`, `Z-300`.
  private static String mark(Draw draw) {
    return letters(draw, 1) + draw.any(List.of("", "-")) + draw.digits(draw.between(1, 3));
  }

  private static String letters(Draw draw, int count) {
    StringBuilder letters = new StringBuilder();
    for (int i = 0; i < count; i++) {
      letters.append((char) ('A' + draw.below(26)));
    }
    return letters.toString();
  }

  private static String mixed(Draw draw, int count) {
    String alphabet = "abcdefghijkmnpqrstuvwxyz23456789";
    StringBuilder code = new StringBuilder();
    for (int i = 0; i < count; i++) {
      code.append(alphabet.charAt(draw.below(alphabet.length())));
    }
    return code.toString();
  }
}
