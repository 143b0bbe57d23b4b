package sirocco.text.jinja;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sirocco.text.jinja.Token.Kind;

/// The tokens inside one tag.
final class TagScanner {
  private static final Pattern REAL =
      Pattern.compile("(?:\\d+_)*+\\d++(?:(?:\\.(?:\\d+_)*+\\d++)?[eE][+-]?\\d+|\\.\\d+)");
  private static final Pattern INTEGER = Pattern.compile("(?:0|[1-9][0-9_]*)(?![0-9_])");
  private static final List<String> OPERATORS =
      List.of(
          "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{",
          "}", ">", "<", "=", ".", ":", "|", ",", ";");

  private final String source;
  private final LineIndex lines;
  private final List<Token> tokens;
  private final Deque<Character> open = new ArrayDeque<>();
  private int at;

  TagScanner(String source, LineIndex lines, List<Token> tokens) {
    this.source = source;
    this.lines = lines;
    this.tokens = tokens;
  }

  /// Adds the tokens from `from` up to the tag's end, and gives the place of that end (of its sign,
  /// if it has one).
  int scan(int from, Token opening, String end) {
    at = from;
    while (true) {
      while (at < source.length() && Str.isSpace(source.charAt(at))) {
        at++;
      }
      if (at >= source.length()) {
        throw opening.at().error("tag without '" + end + "'");
      }
      if (open.isEmpty() && isEnd(end)) {
        return at;
      }
      one();
    }
  }

  private boolean isEnd(String end) {
    return source.startsWith(end, at)
        || source.startsWith("-" + end, at)
        || (end.equals("%}") && source.startsWith("+" + end, at));
  }

  private void one() {
    char c = source.charAt(at);
    Position position = lines.at(at);
    if (c == '\'' || c == '"') {
      string(c, position);
    } else if (Character.isUnicodeIdentifierStart(c) || c == '_') {
      int end = at;
      while (end < source.length() && Character.isUnicodeIdentifierPart(source.charAt(end))) {
        end++;
      }
      add(Kind.NAME, end, position);
    } else if (c >= '0' && c <= '9') {
      number(position);
    } else {
      operator(position);
    }
  }

  private void number(Position position) {
    Matcher real = REAL.matcher(source).region(at, source.length());
    boolean afterDot = source.charAt(at - 1) == '.';
    if (!afterDot && real.lookingAt()) {
      add(Kind.REAL, real.end(), position);
      return;
    }
    Matcher integer = INTEGER.matcher(source).region(at, source.length());
    if (!integer.lookingAt()) {
      throw position.error("a number that cannot be read");
    }
    add(Kind.INTEGER, integer.end(), position);
  }

  private void add(Kind kind, int end, Position position) {
    String text = source.substring(at, end);
    boolean number = kind == Kind.INTEGER || kind == Kind.REAL;
    tokens.add(
        new Token(kind, number ? text.replace("_", "").toLowerCase(Locale.ROOT) : text, position));
    at = end;
  }

  private void operator(Position position) {
    for (String operator : OPERATORS) {
      if (source.startsWith(operator, at)) {
        balance(operator, position);
        tokens.add(new Token(Kind.OPERATOR, operator, position));
        at += operator.length();
        return;
      }
    }
    int c = source.codePointAt(at);
    throw position.error(
        "unexpected character '" + Character.toString(c) + "' (U+" + "%04X".formatted(c) + ")");
  }

  private void balance(String operator, Position position) {
    switch (operator) {
      case "(" -> open.push(')');
      case "[" -> open.push(']');
      case "{" -> open.push('}');
      case ")", "]", "}" -> {
        if (open.isEmpty() || open.pop() != operator.charAt(0)) {
          throw position.error("unexpected '" + operator + "'");
        }
      }
      default -> {}
    }
  }

  private void string(char quote, Position position) {
    StringBuilder text = new StringBuilder();
    int i = at + 1;
    while (i < source.length() && source.charAt(i) != quote) {
      if (source.charAt(i) == '\\') {
        i = escape(i + 1, text, position);
      } else {
        text.append(source.charAt(i++));
      }
    }
    if (i >= source.length()) {
      throw position.error("string without closing " + quote);
    }
    tokens.add(new Token(Kind.STRING, text.toString(), position));
    at = i + 1;
  }

  /// Adds what the escape stands for whose letter is at `i`, and gives the place behind it.
  private int escape(int i, StringBuilder text, Position position) {
    if (i >= source.length()) {
      throw position.error("string without end");
    }
    char c = source.charAt(i);
    int plain = "\\'\"abfnrtv".indexOf(c);
    if (plain >= 0) {
      text.append("\\'\"\u0007\b\f\n\r\t\u000b".charAt(plain));
      return i + 1;
    }
    return switch (c) {
      case '\n' -> i + 1;
      case 'x' -> coded(i + 1, i + 3, 16, text, position);
      case 'u' -> coded(i + 1, i + 5, 16, text, position);
      case 'U' -> coded(i + 1, i + 9, 16, text, position);
      case '0', '1', '2', '3', '4', '5', '6', '7' -> {
        int end = i;
        while (end < Math.min(i + 3, source.length()) && isOctal(source.charAt(end))) {
          end++;
        }
        yield coded(i, end, 8, text, position);
      }
      case 'N' -> throw position.error("\\N{...} in a string is not supported");
      default -> {
        // Python keeps the backslash of an escape it does not know.
        text.append('\\').append(c);
        yield i + 1;
      }
    };
  }

  private static boolean isOctal(char c) {
    return c >= '0' && c <= '7';
  }

  private int coded(int from, int to, int radix, StringBuilder text, Position position) {
    int code = 0;
    for (int i = from; i < to; i++) {
      int digit = i < source.length() ? Character.digit(source.charAt(i), radix) : -1;
      code =
          digit < 0 || code > Character.MAX_CODE_POINT ? Integer.MAX_VALUE : code * radix + digit;
    }
    if (!Character.isValidCodePoint(code)) {
      throw position.error("an escape in a string that cannot be read");
    }
    text.appendCodePoint(code);
    return to;
  }
}
