package sirocco.text.grammar;

import java.util.ArrayList;
import java.util.List;

/// Reads regular expressions in the form that JSON schema takes from JavaScript, as far as they say
/// regular languages and nothing about places: no lookaround, no backreferences, no word
/// boundaries, anchors only at the ends.
final class RegexParser {
  private static final int MAX_LENGTH = 10_000;
  private static final int MAX_NESTING = 100;
  private static final int MAX_COUNT = 100_000;
  private static final int END = -1;
  private static final String PUNCTUATION = "^$\\.*+?()[]{}|/-\"'`#&~<>=!@%,:;_ ";

  /// What Java's and JavaScript's dot both match.
  private static final CharSet DOT = CharSet.anyOf("\n\r\u0085\u2028\u2029").complement();

  private static final CharSet WORD =
      CharSet.DIGITS.or(CharSet.of('a', 'z')).or(CharSet.of('A', 'Z')).or(CharSet.of('_'));

  private final String pattern;

  /// What may stand before and behind an end without an anchor.
  private final Expr around;

  private int at;
  private int nesting;

  private RegexParser(String pattern, Expr around) {
    this.pattern = pattern;
    this.around = around;
  }

  /// The texts that match as a whole; anchors change nothing.
  static Expr whole(String pattern) {
    return new RegexParser(pattern, Expr.EMPTY).parse();
  }

  /// The texts in which the pattern is found, as JSON schema means it.
  static Expr found(String pattern) {
    return new RegexParser(pattern, Expr.any(CharSet.ALL, 0, Expr.UNBOUNDED)).parse();
  }

  private Expr parse() {
    if (pattern.length() > MAX_LENGTH) {
      throw new GrammarException(
          "expected at most " + MAX_LENGTH + " characters, found " + pattern.length());
    }
    List<Expr> branches = new ArrayList<>();
    do {
      boolean fromStart = take('^');
      Expr body = sequence();
      boolean toEnd = take('$');
      Expr before = fromStart ? Expr.EMPTY : around;
      branches.add(Expr.sequence(before, body, toEnd ? Expr.EMPTY : around));
      if (peek() != END && peek() != '|') {
        throw error(
            peek() == ')'
                ? "this ')' closes nothing"
                : "an anchor is supported only at the start or end of the pattern or of one of its"
                    + " outermost alternatives");
      }
    } while (take('|'));
    return branches.size() == 1 ? branches.getFirst() : new Expr.Choice(branches);
  }

  private Expr sequence() {
    List<Expr> parts = new ArrayList<>();
    while (peek() != END && peek() != '|' && peek() != ')' && peek() != '$') {
      parts.add(quantified(atom()));
    }
    return new Expr.Sequence(parts);
  }

  private Expr quantified(Expr atom) {
    int mark = at;
    Expr result =
        switch (peek()) {
          case '*' -> repeat(atom, 0, Expr.UNBOUNDED);
          case '+' -> repeat(atom, 1, Expr.UNBOUNDED);
          case '?' -> repeat(atom, 0, 1);
          case '{' -> counted(atom);
          default -> atom;
        };
    if (at != mark) {
      // A lazy quantifier matches the same texts.
      take('?');
      if (peek() == '*' || peek() == '+' || peek() == '?' || peek() == '{') {
        throw error("a quantifier behind a quantifier");
      }
    }
    return result;
  }

  private Expr repeat(Expr body, int least, int most) {
    at++;
    return new Expr.Repeat(body, least, most);
  }

  private Expr counted(Expr atom) {
    int open = at++;
    int least = count();
    int most = least;
    if (take(',')) {
      most = peek() == '}' ? Expr.UNBOUNDED : count();
    }
    if (!take('}')) {
      throw error("expected '}' to end the count");
    }
    if (most != Expr.UNBOUNDED && most < least) {
      at = open;
      throw error("the count {" + least + "," + most + "} has its bounds the wrong way round");
    }
    return new Expr.Repeat(atom, least, most);
  }

  private int count() {
    int start = at;
    int value = 0;
    while (peek() >= '0' && peek() <= '9') {
      value = 10 * value + pattern.charAt(at++) - '0';
      if (value > MAX_COUNT) {
        at = start;
        throw error("expected a count of at most " + MAX_COUNT);
      }
    }
    if (at == start) {
      throw error("expected a count such as {3}, {3,} or {3,5}; write \\{ for the character");
    }
    return value;
  }

  private Expr atom() {
    int c = peek();
    return switch (c) {
      case '(' -> group();
      case '[' -> new Expr.Chars(charClass());
      case '.' -> {
        at++;
        yield new Expr.Chars(DOT);
      }
      case '\\' -> new Expr.Chars(escape(false));
      case '^' ->
          throw error(
              "an anchor is supported only at the start or end of the pattern or of one of its"
                  + " outermost alternatives");
      case '*', '+', '?', '{' -> throw error("nothing to repeat before '" + (char) c + "'");
      default -> new Expr.Chars(CharSet.of(next()));
    };
  }

  private Expr group() {
    int open = at++;
    if (++nesting > MAX_NESTING) {
      throw error("groups are nested deeper than " + MAX_NESTING);
    }
    if (take('?')) {
      groupKind(open);
    }
    List<Expr> branches = new ArrayList<>();
    do {
      branches.add(sequence());
      if (peek() == '$') {
        throw error(
            "an anchor is supported only at the start or end of the pattern or of one of its"
                + " outermost alternatives");
      }
    } while (take('|'));
    if (!take(')')) {
      at = open;
      throw error("this '(' is never closed");
    }
    nesting--;
    return branches.size() == 1 ? branches.getFirst() : new Expr.Choice(branches);
  }

  private void groupKind(int open) {
    if (take(':')) {
      return;
    }
    if (peek() == '<' && at + 1 < pattern.length() && isLetter(pattern.charAt(at + 1))) {
      int close = pattern.indexOf('>', at);
      if (close > 0) {
        at = close + 1;
        return;
      }
    }
    at = open;
    String shown = pattern.substring(open, Math.min(pattern.length(), open + 4));
    throw error(
        "'"
            + shown
            + "…': lookaround and flags are not supported; groups are ( ), (?: ) and"
            + " (?<name> )");
  }

  private static boolean isLetter(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private CharSet charClass() {
    int open = at++;
    boolean negated = take('^');
    CharSet set = CharSet.NONE;
    while (peek() != ']') {
      if (peek() == END) {
        at = open;
        throw error("this '[' is never closed");
      }
      set = set.or(classPart(negated));
    }
    at++;
    CharSet result = negated ? set.complement() : set;
    if (result.isEmpty()) {
      at = open;
      throw error("a class that no character matches; write \\] for the character ']'");
    }
    return result;
  }

  /// A character, a range or an escape for several.
  private CharSet classPart(boolean negated) {
    int start = at;
    CharSet low = peek() == '\\' ? escape(negated) : CharSet.of(next());
    boolean range = peek() == '-' && at + 1 < pattern.length() && pattern.charAt(at + 1) != ']';
    if (!range) {
      return low;
    }
    at++;
    CharSet high = peek() == '\\' ? escape(negated) : CharSet.of(next());
    int from = single(low, start);
    int to = single(high, start);
    if (from > to) {
      at = start;
      throw error("the range has its ends the wrong way round");
    }
    return CharSet.of(from, to);
  }

  private int single(CharSet set, int start) {
    boolean one =
        set.ranges().size() == 1 && set.ranges().getFirst().low() == set.ranges().getFirst().high();
    if (!one) {
      at = start;
      throw error("a range needs a single character at each end");
    }
    return set.ranges().getFirst().low();
  }

  /// What JavaScript and Java both take for white space, or what either of them does.
  private static CharSet space(boolean either) {
    CharSet ascii = CharSet.anyOf(" \t\n\f\r").or(CharSet.of(0x0B));
    return either
        ? ascii
            .or(CharSet.anyOf("\u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff"))
            .or(CharSet.of(0x2000, 0x200A))
        : ascii;
  }

  /// @param negated whether the set is part of a class that takes the opposite
  private CharSet escape(boolean negated) {
    int start = at++;
    int c = peek() == END ? END : next();
    return switch (c) {
      case 'd' -> CharSet.DIGITS;
      case 'D' -> CharSet.DIGITS.complement();
      case 'w' -> WORD;
      case 'W' -> WORD.complement();
      case 's' -> space(negated);
      case 'S' -> space(!negated).complement();
      case 't' -> CharSet.of('\t');
      case 'n' -> CharSet.of('\n');
      case 'r' -> CharSet.of('\r');
      case 'f' -> CharSet.of('\f');
      case 'v' -> CharSet.of(0x0B);
      case 'x' -> CharSet.of(hex(2, start));
      case 'u' -> CharSet.of(unicode(start));
      default -> {
        if (c != END && PUNCTUATION.indexOf(c) >= 0) {
          yield CharSet.of(c);
        }
        at = start;
        throw error(
            c == END
                ? "a '\\' at the end"
                : "'\\"
                    + Character.toString(c)
                    + "' is not supported; escapes are \\d \\w \\s \\D \\W \\S \\t \\n \\r \\f \\v"
                    + " \\xHH \\uHHHH \\u{H…} and punctuation");
      }
    };
  }

  private int unicode(int start) {
    if (take('{')) {
      int close = pattern.indexOf('}', at);
      int digits = close - at;
      if (digits < 1 || digits > 6) {
        at = start;
        throw error("expected 1 to 6 hexadecimal digits in \\u{…}");
      }
      int value = hex(digits, start);
      at++;
      return character(value, start);
    }
    int value = hex(4, start);
    if (Character.isHighSurrogate((char) value) && pattern.startsWith("\\u", at)) {
      at += 2;
      int low = hex(4, start);
      if (Character.isLowSurrogate((char) low)) {
        return Character.toCodePoint((char) value, (char) low);
      }
    }
    return character(value, start);
  }

  private int character(int value, int start) {
    boolean surrogate = value >= 0xD800 && value <= 0xDFFF;
    if (surrogate || value > Character.MAX_CODE_POINT) {
      at = start;
      throw error("U+%04X is no character".formatted(value));
    }
    return value;
  }

  private int hex(int digits, int start) {
    int value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = peek() < 0x80 ? Character.digit(peek(), 16) : -1;
      if (digit < 0) {
        at = start;
        throw error("expected hexadecimal digits");
      }
      value = 16 * value + digit;
      at++;
    }
    return value;
  }

  /// The next UTF-16 unit, or [#END].
  private int peek() {
    return at < pattern.length() ? pattern.charAt(at) : END;
  }

  private int next() {
    int c = pattern.codePointAt(at);
    if (c >= 0xD800 && c <= 0xDFFF) {
      throw error("half of a surrogate pair");
    }
    at += Character.charCount(c);
    return c;
  }

  private boolean take(char c) {
    if (peek() == c) {
      at++;
      return true;
    }
    return false;
  }

  private GrammarException error(String message) {
    return new GrammarException("position " + at + ": " + message);
  }
}
