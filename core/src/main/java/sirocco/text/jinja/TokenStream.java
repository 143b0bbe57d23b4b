package sirocco.text.jinja;

import java.util.List;
import sirocco.text.TemplateException;
import sirocco.text.jinja.Token.Kind;

/// The tokens of a template and a place among them, with a bound on how deeply what is being read
/// is nested.
final class TokenStream {
  private final List<Token> tokens;
  private int next;
  private int nesting;

  TokenStream(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token peek() {
    return tokens.get(next);
  }

  Token peek(int ahead) {
    return tokens.get(Math.min(next + ahead, tokens.size() - 1));
  }

  Token take() {
    Token token = tokens.get(next);
    if (next < tokens.size() - 1) {
      next++;
    }
    return token;
  }

  boolean takeName(String name) {
    boolean found = peek().isName(name);
    if (found) {
      take();
    }
    return found;
  }

  boolean takeOperator(String spelling) {
    boolean found = peek().isOperator(spelling);
    if (found) {
      take();
    }
    return found;
  }

  Token expect(Kind kind, String what) {
    if (peek().kind() != kind) {
      throw unexpected(what);
    }
    return take();
  }

  void expectOperator(String spelling) {
    if (!takeOperator(spelling)) {
      throw unexpected("'" + spelling + "'");
    }
  }

  void expectName(String name) {
    if (!takeName(name)) {
      throw unexpected("'" + name + "'");
    }
  }

  TemplateException unexpected(String expected) {
    return peek().at().error("expected " + expected + ", found " + peek().describe());
  }

  void enter() {
    if (++nesting > Limits.NESTING) {
      throw peek().at().error("nested more than " + Limits.NESTING + " deep");
    }
  }

  void leave() {
    nesting--;
  }
}
