package sirocco.text.grammar;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads GBNF, the notation of llama.cpp (its grammars/README.md): rules `name ::= …` of literals,
/// classes, groups, calls, alternatives and repetitions. Matching tokens by name or number (`<…>`)
/// is not supported.
final class GbnfParser {
  private static final int MAX_LENGTH = 1 << 19;
  private static final int MAX_NESTING = 100;
  private static final int MAX_COUNT = 100_000;
  private static final int END = -1;

  private final String source;
  private final Map<String, Expr> rules = new LinkedHashMap<>();

  /// Where a rule is first called.
  private final Map<String, Integer> calls = new LinkedHashMap<>();

  private int at;
  private int nesting;

  private GbnfParser(String source) {
    this.source = source;
  }

  /// The rules by name, `root` among them.
  static Map<String, Expr> parse(String source) {
    if (source.length() > MAX_LENGTH) {
      throw new GrammarException(
          "expected at most " + MAX_LENGTH + " characters, found " + source.length());
    }
    return new GbnfParser(source).parse();
  }

  private Map<String, Expr> parse() {
    skip(true);
    while (peek() != END) {
      rule();
      skip(true);
    }
    calls.forEach((name, place) -> {
      if (!rules.containsKey(name)) {
        at = place;
        throw error("rule '" + name + "' is called but not defined");
      }
    });
    if (!rules.containsKey("root")) {
      throw error("there is no rule 'root', which says what the whole text is");
    }
    return rules;
  }

  private void rule() {
    int start = at;
    String name = name();
    skip(false);
    if (!source.startsWith("::=", at)) {
      throw error("expected ::= behind the name of a rule");
    }
    at += 3;
    skip(true);
    Expr body = alternatives();
    if (peek() != END && peek() != '\n' && peek() != '\r') {
      throw error("expected the end of rule '" + name + "', found '" + shown() + "'");
    }
    if (rules.putIfAbsent(name, body) != null) {
      at = start;
      throw error("rule '" + name + "' is defined twice");
    }
  }

  private String name() {
    int start = at;
    while (isNamePart(peek())) {
      at++;
    }
    if (at == start) {
      throw error(
          peek() == END
              ? "the grammar ends where a rule should be"
              : "expected the name of a rule, found '" + shown() + "'");
    }
    return source.substring(start, at);
  }

  private static boolean isNamePart(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_';
  }

  private Expr alternatives() {
    List<Expr> branches = new ArrayList<>();
    branches.add(sequence());
    while (peek() == '|') {
      at++;
      skip(true);
      branches.add(sequence());
    }
    return branches.size() == 1 ? branches.getFirst() : new Expr.Choice(branches);
  }

  private Expr sequence() {
    List<Expr> parts = new ArrayList<>();
    while (peek() == '"'
        || peek() == '['
        || peek() == '('
        || peek() == '.'
        || peek() == '<'
        || peek() == '!'
        || isNamePart(peek())) {
      parts.add(repeated(item()));
      skip(nesting > 0);
    }
    return new Expr.Sequence(parts);
  }

  private Expr item() {
    return switch (peek()) {
      case '"' -> literal();
      case '[' -> charClass();
      case '(' -> group();
      case '.' -> {
        at++;
        yield new Expr.Chars(CharSet.ALL);
      }
      case '<', '!' -> throw error("tokens (<…>) are not supported; write the text instead");
      default -> {
        int start = at;
        String name = name();
        calls.putIfAbsent(name, start);
        yield new Expr.Call(name);
      }
    };
  }

  private Expr group() {
    int open = at++;
    if (++nesting > MAX_NESTING) {
      throw error("groups are nested deeper than " + MAX_NESTING);
    }
    skip(true);
    Expr body = alternatives();
    if (peek() != ')') {
      if (peek() == END) {
        at = open;
        throw error("this '(' is never closed");
      }
      throw error("expected ')', found '" + shown() + "'");
    }
    at++;
    nesting--;
    return body;
  }

  private Expr repeated(Expr item) {
    Expr all = item;
    while (true) {
      int mark = at;
      skip(nesting > 0);
      switch (peek()) {
        case '*' -> all = repeat(all, 0, Expr.UNBOUNDED);
        case '+' -> all = repeat(all, 1, Expr.UNBOUNDED);
        case '?' -> all = repeat(all, 0, 1);
        case '{' -> all = counted(all);
        default -> {
          at = mark;
          return all;
        }
      }
    }
  }

  private Expr repeat(Expr body, int least, int most) {
    at++;
    return new Expr.Repeat(body, least, most);
  }

  private Expr counted(Expr item) {
    int open = at++;
    int least = count();
    int most = least;
    if (peek() == ',') {
      at++;
      skip(false);
      most = peek() == '}' ? Expr.UNBOUNDED : count();
    }
    if (peek() != '}') {
      throw error("expected '}' to end the count, found '" + shown() + "'");
    }
    at++;
    if (most != Expr.UNBOUNDED && most < least) {
      at = open;
      throw error("the count {" + least + "," + most + "} has its bounds the wrong way round");
    }
    return new Expr.Repeat(item, least, most);
  }

  private int count() {
    skip(false);
    int start = at;
    int value = 0;
    while (peek() >= '0' && peek() <= '9') {
      value = 10 * value + peek() - '0';
      at++;
      if (value > MAX_COUNT) {
        at = start;
        throw error("expected a count of at most " + MAX_COUNT);
      }
    }
    if (at == start) {
      throw error("expected a count such as {3}, {3,} or {3,5}");
    }
    skip(false);
    return value;
  }

  private Expr literal() {
    int open = at++;
    StringBuilder text = new StringBuilder();
    while (peek() != '"') {
      if (peek() == END || peek() == '\n') {
        at = open;
        throw error("this '\"' is never closed");
      }
      text.appendCodePoint(character());
    }
    at++;
    return Expr.text(text.toString());
  }

  private Expr charClass() {
    int open = at++;
    boolean negated = peek() == '^';
    at += negated ? 1 : 0;
    CharSet set = CharSet.NONE;
    while (peek() != ']') {
      if (peek() == END || peek() == '\n') {
        at = open;
        throw error("this '[' is never closed");
      }
      int start = at;
      int low = character();
      int high = low;
      if (peek() == '-' && at + 1 < source.length() && source.charAt(at + 1) != ']') {
        at++;
        high = character();
      }
      if (high < low) {
        at = start;
        throw error("the range has its ends the wrong way round");
      }
      set = set.or(CharSet.of(low, high));
    }
    at++;
    CharSet result = negated ? set.complement() : set;
    if (result.isEmpty()) {
      at = open;
      throw error("a class that no character matches");
    }
    return new Expr.Chars(result);
  }

  private int character() {
    if (peek() == END) {
      throw error("the grammar ends within a character");
    }
    if (peek() != '\\') {
      int c = source.codePointAt(at);
      at += Character.charCount(c);
      return checked(c, at - 1);
    }
    int start = at++;
    int c = peek();
    at++;
    return switch (c) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case '"', '\\', '[', ']', '-', '^' -> c;
      case 'x' -> hex(2, start);
      case 'u' -> hex(4, start);
      case 'U' -> hex(8, start);
      default -> {
        at = start;
        throw error(
            "an escape that is not known; there are \\n \\r \\t \\\" \\\\ \\[ \\] \\- \\^ \\xHH"
                + " \\uHHHH \\UHHHHHHHH");
      }
    };
  }

  private int hex(int digits, int start) {
    long value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = peek() < 0x80 ? Character.digit(peek(), 16) : -1;
      if (digit < 0) {
        at = start;
        throw error("expected " + digits + " hexadecimal digits");
      }
      value = 16 * value + digit;
      at++;
    }
    return checked(value, start);
  }

  private int checked(long character, int start) {
    boolean surrogate = character >= 0xD800 && character <= 0xDFFF;
    if (surrogate || character > Character.MAX_CODE_POINT) {
      at = start;
      throw error("U+%04X is no character".formatted(character));
    }
    return (int) character;
  }

  /// Skips blanks and comments, and line ends where a rule goes on behind them.
  private void skip(boolean lines) {
    while (true) {
      int c = peek();
      if (c == '#') {
        while (peek() != END && peek() != '\n') {
          at++;
        }
      } else if (c == ' ' || c == '\t' || (lines && (c == '\n' || c == '\r'))) {
        at++;
      } else {
        return;
      }
    }
  }

  private int peek() {
    return at < source.length() ? source.charAt(at) : END;
  }

  private String shown() {
    return peek() == END
        ? "the end"
        : peek() == '\n' ? "the end of the line" : Character.toString(source.codePointAt(at));
  }

  private GrammarException error(String message) {
    long line =
        1
            + source
                .substring(0, Math.min(at, source.length()))
                .chars()
                .filter(c -> c == '\n')
                .count();
    return new GrammarException("line " + line + ": " + message);
  }
}
