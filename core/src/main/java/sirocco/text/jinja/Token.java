package sirocco.text.jinja;

/// A piece of a template's source.
///
/// @param text what it says: a name, an operator, a string with its escapes resolved, raw text
record Token(Kind kind, String text, Position at) {
  enum Kind {
    /// Text between tags, whitespace control already applied.
    DATA,
    BLOCK_BEGIN,
    BLOCK_END,
    OUTPUT_BEGIN,
    OUTPUT_END,
    NAME,
    STRING,
    INTEGER,
    REAL,
    OPERATOR,
    END
  }

  boolean is(Kind asked, String spelling) {
    return kind == asked && text.equals(spelling);
  }

  boolean isName(String name) {
    return is(Kind.NAME, name);
  }

  boolean isOperator(String spelling) {
    return is(Kind.OPERATOR, spelling);
  }

  /// For error messages.
  String describe() {
    return switch (kind) {
      case DATA -> "text";
      case BLOCK_BEGIN -> "'{%'";
      case BLOCK_END -> "'%}'";
      case OUTPUT_BEGIN -> "'{{'";
      case OUTPUT_END -> "'}}'";
      case STRING -> "a string";
      case NAME, INTEGER, REAL, OPERATOR -> "'" + text + "'";
      case END -> "the end of the template";
    };
  }

  /// Whether what stands behind a test's name is its argument, without parentheses.
  boolean startsTestArgument() {
    return switch (kind) {
      case STRING, INTEGER, REAL -> true;
      case OPERATOR -> text.equals("[") || text.equals("{");
      case NAME -> startsNamedArgument();
      case DATA, BLOCK_BEGIN, BLOCK_END, OUTPUT_BEGIN, OUTPUT_END, END -> false;
    };
  }

  private boolean startsNamedArgument() {
    return switch (text) {
      case "else", "or", "and" -> false;
      case "is", "if", "in", "not" ->
          throw at.error("'" + text + "' after a test: put the test in parentheses");
      default -> true;
    };
  }
}
