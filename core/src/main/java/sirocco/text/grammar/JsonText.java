package sirocco.text.grammar;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// How JSON is written here: one line, no space but at most one behind a colon or a comma, numbers
/// of bounded length, and each character in one way only: as itself, or as the short escape where
/// it must have one. Less than JSON allows, so that nothing can run on without end, and all of it
/// JSON.
final class JsonText {
  static final Expr COMMA = Expr.sequence(Expr.text(","), Expr.optional(Expr.text(" ")));
  static final Expr COLON = Expr.sequence(Expr.text(":"), Expr.optional(Expr.text(" ")));

  /// The rules of any JSON, to be added to a grammar that calls them.
  static final String VALUE = "any value";

  static final String OBJECT = "any object";
  private static final String ARRAY = "any array";

  /// Digits before the point, behind it and in the exponent: what a double holds.
  static final int DIGITS = 15;

  private static final int EXPONENT_DIGITS = 2;

  private static final String SHORT = "\"\\\b\f\n\r\t";
  private static final String LETTERS = "\"\\bfnrt";
  private static final CharSet ESCAPED = CharSet.anyOf(SHORT);
  private static final CharSet CONTROLS = CharSet.of(0, 0x1F);

  /// The characters that are written as they are.
  private static final CharSet PLAIN = CharSet.ALL.minus(CONTROLS).minus(ESCAPED);

  private JsonText() {}

  /// Any number of any characters, as a string holds them.
  static Expr anyCharacters(int least, int most) {
    return new Expr.Repeat(character(CharSet.ALL), least, most);
  }

  static Expr string() {
    return quoted(anyCharacters(0, Expr.UNBOUNDED));
  }

  static Expr quoted(Expr content) {
    return Expr.sequence(Expr.text("\""), content, Expr.text("\""));
  }

  /// What a string holds whose characters match.
  static Expr inString(Expr expr) {
    return switch (expr) {
      case Expr.Chars chars -> character(chars.set());
      case Expr.Text text -> Expr.text(escaped(text.text()));
      case Expr.Sequence all ->
          new Expr.Sequence(all.parts().stream().map(JsonText::inString).toList());
      case Expr.Choice any ->
          new Expr.Choice(any.branches().stream().map(JsonText::inString).toList());
      case Expr.Repeat repeat ->
          new Expr.Repeat(inString(repeat.body()), repeat.least(), repeat.most());
      case Expr.Listing listing -> throw new IllegalArgumentException("a listing in a string");
      case Expr.Call call -> throw new IllegalArgumentException("a call in a string");
      case Expr.Regular regular -> regular;
    };
  }

  /// Control characters without a short escape are left out where others can stand for the set.
  private static Expr character(CharSet set) {
    List<Expr> forms = new ArrayList<>();
    CharSet plain = set.and(PLAIN);
    if (!plain.isEmpty()) {
      forms.add(new Expr.Chars(plain));
    }
    StringBuilder letters = new StringBuilder();
    for (int i = 0; i < SHORT.length(); i++) {
      if (set.has(SHORT.charAt(i))) {
        letters.append(LETTERS.charAt(i));
      }
    }
    if (!letters.isEmpty()) {
      Expr letter = new Expr.Chars(CharSet.anyOf(letters.toString()));
      forms.add(Expr.sequence(Expr.text("\\"), letter));
    }
    for (char c = 0; forms.isEmpty() && c <= 0x1F; c++) {
      if (set.has(c)) {
        return Expr.text(escaped(String.valueOf(c)));
      }
    }
    return forms.size() == 1 ? forms.getFirst() : new Expr.Choice(forms);
  }

  /// A text as a string holds it, without the quotes.
  static String escaped(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int at = SHORT.indexOf(c);
      if (at >= 0) {
        out.append('\\').append(LETTERS.charAt(at));
      } else if (c <= 0x1F) {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  static Expr literal(String text) {
    return Expr.text('"' + escaped(text) + '"');
  }

  static Expr integer() {
    return Expr.choice(Expr.text("0"), Expr.sequence(Expr.optional(Expr.text("-")), positive()));
  }

  private static Expr positive() {
    return Expr.sequence(
        new Expr.Chars(CharSet.of('1', '9')), Expr.any(CharSet.DIGITS, 0, DIGITS - 1));
  }

  static Expr number() {
    Expr exponent =
        Expr.sequence(
            new Expr.Chars(CharSet.anyOf("eE")),
            Expr.optional(new Expr.Chars(CharSet.anyOf("+-"))),
            Expr.any(CharSet.DIGITS, 1, EXPONENT_DIGITS));
    return Expr.sequence(
        Expr.optional(Expr.text("-")),
        Expr.choice(Expr.text("0"), positive()),
        Expr.optional(Expr.sequence(Expr.text("."), Expr.any(CharSet.DIGITS, 1, DIGITS))),
        Expr.optional(exponent));
  }

  static Expr bool() {
    return Expr.choice(Expr.text("true"), Expr.text("false"));
  }

  /// An object of any members with such keys (their content, without quotes) and values.
  static Expr member(Expr key, Expr value) {
    return Expr.sequence(quoted(key), COLON, value);
  }

  static Expr object(List<Expr.Entry> entries, List<Expr> more) {
    return Expr.sequence(Expr.text("{"), new Expr.Listing(entries, more, COMMA), Expr.text("}"));
  }

  /// Adds what [#VALUE] and [#OBJECT] call.
  static void addRules(Map<String, Expr> rules) {
    Expr value = new Expr.Call(VALUE);
    Expr member = member(anyCharacters(0, Expr.UNBOUNDED), value);
    rules.put(OBJECT, object(List.of(), List.of(member)));
    rules.put(
        ARRAY,
        Expr.sequence(
            Expr.text("["), new Expr.Listing(List.of(), List.of(value), COMMA), Expr.text("]")));
    rules.put(
        VALUE,
        Expr.choice(
            string(),
            number(),
            bool(),
            Expr.text("null"),
            new Expr.Call(OBJECT),
            new Expr.Call(ARRAY)));
  }
}
