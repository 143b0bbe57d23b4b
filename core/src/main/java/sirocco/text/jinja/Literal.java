package sirocco.text.jinja;

import sirocco.text.jinja.Token.Kind;

/// Names and numbers as they are spelled.
final class Literal {
  private Literal() {}

  /// A name, or the constant that it stands for.
  static Expr name(Token token) {
    return switch (token.text()) {
      case "true", "True" -> new Expr.Constant(Value.Bool.TRUE, token.at());
      case "false", "False" -> new Expr.Constant(Value.Bool.FALSE, token.at());
      case "none", "None" -> new Expr.Constant(Value.None.NONE, token.at());
      default -> new Expr.Name(token.text(), token.at());
    };
  }

  static Value number(Token token) {
    try {
      return token.kind() == Kind.REAL
          ? new Value.Real(Double.parseDouble(token.text()))
          : new Value.Int(Long.parseLong(token.text()));
    } catch (NumberFormatException e) {
      throw token.at().error("number out of range: " + token.text());
    }
  }
}
