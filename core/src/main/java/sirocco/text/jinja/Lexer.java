package sirocco.text.jinja;

import java.util.ArrayList;
import java.util.List;
import sirocco.text.TemplateException;
import sirocco.text.jinja.Token.Kind;

/// Cuts a template into tokens. Tags are found and whitespace is trimmed here, with `trim_blocks`
/// and `lstrip_blocks` on: the newline after a block or comment goes, and so does the blank start
/// of its line; `-` strips all whitespace on its side, `+` keeps it.
final class Lexer {
  private final String source;
  private final LineIndex lines;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  /// Whether the text that starts here starts a line.
  private boolean lineStart = true;

  private Lexer(String source) {
    this.source = source;
    this.lines = new LineIndex(source);
  }

  /// The tokens of a template, the last of them [Kind#END].
  static List<Token> lex(String source) {
    if (source.length() > Limits.SOURCE) {
      throw new TemplateException(
          "template: at most " + Limits.SOURCE + " characters allowed, found " + source.length());
    }
    String text = source.replace("\r\n", "\n").replace('\r', '\n');
    if (text.endsWith("\n")) {
      text = text.substring(0, text.length() - 1);
    }
    return new Lexer(text).run();
  }

  private List<Token> run() {
    while (at < source.length()) {
      int begin = nextTag();
      if (begin < 0) {
        data(at, source.length());
        at = source.length();
      } else {
        tag(begin);
      }
    }
    tokens.add(new Token(Kind.END, "", lines.at(source.length())));
    return tokens;
  }

  private int nextTag() {
    for (int i = source.indexOf('{', at); i >= 0; i = source.indexOf('{', i + 1)) {
      if (i + 1 < source.length() && "%{#".indexOf(source.charAt(i + 1)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  private void tag(int begin) {
    char opener = source.charAt(begin + 1);
    char sign = begin + 2 < source.length() ? source.charAt(begin + 2) : ' ';
    boolean signed = sign == '-' || sign == '+';
    data(at, textEnd(at, begin, signed ? sign : ' ', opener == '{'));
    Position position = lines.at(begin);
    at = begin + (signed ? 3 : 2);
    switch (opener) {
      case '#' -> comment(position);
      case '{' -> inside(new Token(Kind.OUTPUT_BEGIN, "{{", position), Kind.OUTPUT_END, "}}");
      default -> {
        if (!raw(position)) {
          inside(new Token(Kind.BLOCK_BEGIN, "{%", position), Kind.BLOCK_END, "%}");
        }
      }
    }
    lineStart = source.charAt(at - 1) == '\n';
  }

  private void data(int from, int to) {
    if (from < to) {
      tokens.add(new Token(Kind.DATA, source.substring(from, to), lines.at(from)));
    }
  }

  /// Where the text before a tag ends once whitespace is trimmed.
  private int textEnd(int from, int to, char sign, boolean output) {
    if (sign == '-') {
      int end = to;
      while (end > from && Str.isSpace(source.charAt(end - 1))) {
        end--;
      }
      return end;
    }
    if (sign == '+' || output) {
      return to;
    }
    // Not with lastIndexOf, which would look back over the whole line at each of its tags.
    int line = to;
    while (line > from && source.charAt(line - 1) != '\n') {
      line--;
    }
    if (line == from && !lineStart) {
      return to;
    }
    for (int i = line; i < to; i++) {
      if (!Str.isSpace(source.charAt(i))) {
        return to;
      }
    }
    return line;
  }

  private void comment(Position position) {
    int end = source.indexOf("#}", at);
    if (end < 0) {
      throw position.error("comment without '#}'");
    }
    char sign = end > at ? source.charAt(end - 1) : ' ';
    closeTag(end + 2, sign);
  }

  /// Moves behind a block's or comment's end, with the whitespace that goes with it.
  private void closeTag(int end, char sign) {
    at = end;
    if (sign == '-') {
      skipSpace();
    } else if (sign != '+' && at < source.length() && source.charAt(at) == '\n') {
      at++;
    }
  }

  private void skipSpace() {
    while (at < source.length() && Str.isSpace(source.charAt(at))) {
      at++;
    }
  }

  /// A `{% raw %}` block, if this is one. The newline behind its first tag stays.
  private boolean raw(Position position) {
    int start = at;
    skipSpace();
    if (!source.startsWith("raw", at) || isWord(at + 3)) {
      at = start;
      return false;
    }
    at += 3;
    skipSpace();
    boolean strip = source.startsWith("-%}", at);
    if (!strip && !source.startsWith("%}", at)) {
      at = start;
      return false;
    }
    at += strip ? 3 : 2;
    if (strip) {
      skipSpace();
    }
    lineStart = source.charAt(at - 1) == '\n';
    int content = at;
    for (int i = source.indexOf("{%", at); i >= 0; i = source.indexOf("{%", i + 1)) {
      if (endRaw(i, content)) {
        return true;
      }
    }
    throw position.error("'raw' without 'endraw'");
  }

  private boolean endRaw(int begin, int content) {
    at = begin + 2;
    char sign = at < source.length() ? source.charAt(at) : ' ';
    at += sign == '-' || sign == '+' ? 1 : 0;
    skipSpace();
    if (!source.startsWith("endraw", at)) {
      return false;
    }
    at += 6;
    skipSpace();
    char closing = at < source.length() ? source.charAt(at) : ' ';
    int end = at + (closing == '-' || closing == '+' ? 1 : 0);
    if (!source.startsWith("%}", end)) {
      return false;
    }
    data(content, textEnd(content, begin, sign, false));
    closeTag(end + 2, closing);
    return true;
  }

  /// The tokens between a tag's braces, and its end.
  private void inside(Token opening, Kind closing, String end) {
    tokens.add(opening);
    TagScanner scanner = new TagScanner(source, lines, tokens);
    at = scanner.scan(at, opening, end);
    char sign = source.charAt(at);
    int after = sign == '-' || sign == '+' ? at + 3 : at + 2;
    tokens.add(new Token(closing, end, lines.at(at)));
    if (closing == Kind.BLOCK_END) {
      closeTag(after, sign);
    } else {
      at = after;
      if (sign == '-') {
        skipSpace();
      }
    }
  }

  private boolean isWord(int index) {
    return index < source.length() && Character.isUnicodeIdentifierPart(source.charAt(index));
  }
}
