package sirocco.lab.data;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A value as Python prints it, which some data files keep in place of JSON: dictionaries with
/// strings for keys, lists, strings, numbers, `None`, `True` and `False`. For one thread.
public final class PythonLiteral {
  private static final int DEEPEST = 64;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final String text;
  private int at;

  private PythonLiteral(String text) {
    this.text = text;
  }

  /// The same value as JSON.
  ///
  /// @throws DataException saying what was expected at which character, from 1
  public static JsonNode read(String text) {
    PythonLiteral reader = new PythonLiteral(text);
    JsonNode value = reader.value(0);
    reader.skipBlanks();
    if (reader.at < text.length()) {
      throw reader.expected("the end");
    }
    return value;
  }

  private JsonNode value(int depth) {
    skipBlanks();
    if (depth > DEEPEST) {
      throw expected("at most " + DEEPEST + " levels");
    }
    return switch (peek()) {
      case '{' -> dictionary(depth);
      case '[' -> list(depth);
      case '\'', '"' -> JSON.stringNode(string());
      default -> word();
    };
  }

  private JsonNode dictionary(int depth) {
    ObjectNode out = JSON.objectNode();
    at++;
    while (!taken('}')) {
      skipBlanks();
      String key = string();
      require(':');
      out.set(key, value(depth + 1));
      if (!taken(',')) {
        require('}');
        return out;
      }
    }
    return out;
  }

  private JsonNode list(int depth) {
    ArrayNode out = JSON.arrayNode();
    at++;
    while (!taken(']')) {
      out.add(value(depth + 1));
      if (!taken(',')) {
        require(']');
        return out;
      }
    }
    return out;
  }

  private JsonNode word() {
    int from = at;
    while (at < text.length() && ",:]} \n\r\t".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    String word = text.substring(from, at);
    return switch (word) {
      case "None" -> JSON.nullNode();
      case "True" -> JSON.booleanNode(true);
      case "False" -> JSON.booleanNode(false);
      default -> number(word, from);
    };
  }

  private JsonNode number(String word, int from) {
    if (word.matches("[+-]?[0-9]{1,18}")) {
      return JSON.numberNode(Long.parseLong(word));
    }
    if (word.matches("[+-]?[0-9]{1,18}\\.[0-9]{0,18}")) {
      return JSON.numberNode(Double.parseDouble(word));
    }
    at = from;
    throw expected("a value");
  }

  private String string() {
    char quote = peek();
    if (quote != '\'' && quote != '"') {
      throw expected("a string");
    }
    at++;
    StringBuilder out = new StringBuilder();
    while (peek() != quote) {
      char c = text.charAt(at++);
      if (c == '\n') {
        throw expected("a closing quote before the end of the line");
      }
      if (c == '\\') {
        escape(out);
      } else {
        out.append(c);
      }
    }
    at++;
    return out.toString();
  }

  private void escape(StringBuilder out) {
    char c = peek();
    at++;
    switch (c) {
      case '\\', '\'', '"' -> out.append(c);
      case 'n' -> out.append('\n');
      case 'r' -> out.append('\r');
      case 't' -> out.append('\t');
      case 'a' -> out.append('\u0007');
      case 'b' -> out.append('\b');
      case 'f' -> out.append('\f');
      case 'v' -> out.append('\u000b');
      case 'x' -> out.appendCodePoint(hexadecimal(2));
      case 'u' -> out.appendCodePoint(hexadecimal(4));
      case 'U' -> out.appendCodePoint(hexadecimal(8));
      case '0', '1', '2', '3', '4', '5', '6', '7', 'N', '\n' ->
          throw expected("no octal, named or line escape");
      // Python keeps the backslash of what is no escape, and LaTeX is full of them.
      default -> out.append('\\').append(c);
    }
  }

  private int hexadecimal(int digits) {
    int end = Math.min(at + digits, text.length());
    String found = text.substring(at, end);
    if (!found.matches("[0-9a-fA-F]{" + digits + "}")
        || !Character.isValidCodePoint(Integer.parseUnsignedInt(found, 16))) {
      throw expected(digits + " hexadecimal digits of a character");
    }
    at = end;
    return Integer.parseInt(found, 16);
  }

  private char peek() {
    if (at == text.length()) {
      throw expected("more");
    }
    return text.charAt(at);
  }

  private boolean taken(char c) {
    skipBlanks();
    if (peek() != c) {
      return false;
    }
    at++;
    return true;
  }

  private void require(char c) {
    if (!taken(c)) {
      throw expected(String.valueOf(c));
    }
  }

  private void skipBlanks() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private DataException expected(String what) {
    return new DataException("character " + (at + 1) + ": expected " + what);
  }
}
