package sirocco.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sirocco.text.jinja.Expr.Comparison;
import sirocco.text.jinja.Expr.Inputs;
import sirocco.text.jinja.Expr.Named;
import sirocco.text.jinja.Expr.Operator;
import sirocco.text.jinja.Token.Kind;

/// Reads expressions, one method a level of precedence, the loosest first. Jinja's order is its
/// own: `~` binds tighter than `+`, and filters and tests tighter than any binary operator.
final class ExpressionParser {
  private static final Map<String, Comparison> COMPARISONS =
      Map.of(
          "==", Comparison.EQUAL,
          "!=", Comparison.NOT_EQUAL,
          "<", Comparison.LESS,
          "<=", Comparison.LESS_OR_EQUAL,
          ">", Comparison.GREATER,
          ">=", Comparison.GREATER_OR_EQUAL);
  private static final Map<String, Operator> SUMS =
      Map.of("+", Operator.ADD, "-", Operator.SUBTRACT);
  private static final Map<String, Operator> PRODUCTS =
      Map.of(
          "*", Operator.MULTIPLY,
          "/", Operator.DIVIDE,
          "//", Operator.FLOOR_DIVIDE,
          "%", Operator.REMAINDER);

  private final TokenStream tokens;

  ExpressionParser(TokenStream tokens) {
    this.tokens = tokens;
  }

  /// One expression, or several with commas between them as a tuple.
  Expr tuple() {
    Position at = tokens.peek().at();
    Expr first = expression();
    if (!tokens.peek().isOperator(",")) {
      return first;
    }
    List<Expr> items = new ArrayList<>(List.of(first));
    while (tokens.takeOperator(",") && startsExpression()) {
      items.add(expression());
    }
    return new Expr.TupleOf(List.copyOf(items), at);
  }

  private boolean startsExpression() {
    Token token = tokens.peek();
    return switch (token.kind()) {
      case NAME, STRING, INTEGER, REAL -> true;
      case OPERATOR -> "([{+-".contains(token.text());
      case DATA, BLOCK_BEGIN, BLOCK_END, OUTPUT_BEGIN, OUTPUT_END, END -> false;
    };
  }

  Expr expression() {
    tokens.enter();
    Expr value = or();
    while (tokens.peek().isName("if")) {
      Position at = tokens.take().at();
      Expr condition = or();
      Optional<Expr> otherwise =
          tokens.takeName("else") ? Optional.of(expression()) : Optional.empty();
      value = new Expr.Conditional(condition, value, otherwise, at);
    }
    tokens.leave();
    return value;
  }

  /// An expression without a conditional at its end: what a for loop walks, before its `if`.
  Expr or() {
    Expr left = and();
    while (tokens.peek().isName("or")) {
      Position at = tokens.take().at();
      left = new Expr.Binary(Operator.OR, left, and(), at);
    }
    return left;
  }

  private Expr and() {
    Expr left = not();
    while (tokens.peek().isName("and")) {
      Position at = tokens.take().at();
      left = new Expr.Binary(Operator.AND, left, not(), at);
    }
    return left;
  }

  private Expr not() {
    if (!tokens.peek().isName("not")) {
      return compare();
    }
    tokens.enter();
    Position at = tokens.take().at();
    Expr made = new Expr.Unary(Operator.NOT, not(), at);
    tokens.leave();
    return made;
  }

  private Expr compare() {
    Position at = tokens.peek().at();
    Expr first = sum();
    List<Expr.Step> steps = new ArrayList<>();
    while (true) {
      Token token = tokens.peek();
      if (token.kind() == Kind.OPERATOR && COMPARISONS.containsKey(token.text())) {
        tokens.take();
        steps.add(new Expr.Step(COMPARISONS.getOrDefault(token.text(), Comparison.EQUAL), sum()));
      } else if (token.isName("in")) {
        tokens.take();
        steps.add(new Expr.Step(Comparison.IN, sum()));
      } else if (token.isName("not") && tokens.peek(1).isName("in")) {
        tokens.take();
        tokens.take();
        steps.add(new Expr.Step(Comparison.NOT_IN, sum()));
      } else {
        return steps.isEmpty() ? first : new Expr.Compare(first, List.copyOf(steps), at);
      }
    }
  }

  private Expr sum() {
    Expr left = concat();
    while (tokens.peek().kind() == Kind.OPERATOR && SUMS.containsKey(tokens.peek().text())) {
      Token token = tokens.take();
      Operator operator = SUMS.getOrDefault(token.text(), Operator.ADD);
      left = new Expr.Binary(operator, left, concat(), token.at());
    }
    return left;
  }

  private Expr concat() {
    Position at = tokens.peek().at();
    Expr first = product();
    if (!tokens.peek().isOperator("~")) {
      return first;
    }
    List<Expr> parts = new ArrayList<>(List.of(first));
    while (tokens.takeOperator("~")) {
      parts.add(product());
    }
    return new Expr.Concat(List.copyOf(parts), at);
  }

  private Expr product() {
    Expr left = power();
    while (tokens.peek().kind() == Kind.OPERATOR && PRODUCTS.containsKey(tokens.peek().text())) {
      Token token = tokens.take();
      Operator operator = PRODUCTS.getOrDefault(token.text(), Operator.MULTIPLY);
      left = new Expr.Binary(operator, left, power(), token.at());
    }
    return left;
  }

  private Expr power() {
    Expr left = unary(true);
    while (tokens.peek().isOperator("**")) {
      Position at = tokens.take().at();
      left = new Expr.Binary(Operator.POWER, left, unary(true), at);
    }
    return left;
  }

  /// Filters and tests apply to the sign too: `-1|abs` is `(-1)|abs`.
  private Expr unary(boolean withFilters) {
    Token token = tokens.peek();
    Expr made;
    if (token.isOperator("-") || token.isOperator("+")) {
      tokens.enter();
      tokens.take();
      Operator operator = token.isOperator("-") ? Operator.NEGATE : Operator.PLUS;
      made = new Expr.Unary(operator, unary(false), token.at());
      tokens.leave();
    } else {
      made = postfix(primary());
    }
    return withFilters ? filters(made) : made;
  }

  private Expr primary() {
    Token token = tokens.peek();
    Position at = token.at();
    return switch (token.kind()) {
      case NAME -> Literal.name(tokens.take());
      case STRING -> strings(at);
      case INTEGER, REAL -> new Expr.Constant(Literal.number(tokens.take()), at);
      case OPERATOR -> bracketed(token);
      case DATA, BLOCK_BEGIN, BLOCK_END, OUTPUT_BEGIN, OUTPUT_END, END ->
          throw tokens.unexpected("an expression");
    };
  }

  /// Strings side by side are one.
  private Expr strings(Position at) {
    StringBuilder text = new StringBuilder();
    while (tokens.peek().kind() == Kind.STRING) {
      text.append(tokens.take().text());
    }
    return new Expr.Constant(Str.template(text.toString()), at);
  }

  private Expr bracketed(Token token) {
    tokens.enter();
    Expr made =
        switch (token.text()) {
          case "(" -> parenthesised();
          case "[" -> {
            tokens.take();
            yield new Expr.ListOf(until("]"), token.at());
          }
          case "{" -> dict();
          default -> throw tokens.unexpected("an expression");
        };
    tokens.leave();
    return made;
  }

  private Expr parenthesised() {
    Position at = tokens.take().at();
    if (tokens.takeOperator(")")) {
      return new Expr.TupleOf(List.of(), at);
    }
    Expr inner = tuple();
    tokens.expectOperator(")");
    return inner;
  }

  private List<Expr> until(String closing) {
    List<Expr> items = new ArrayList<>();
    while (!tokens.takeOperator(closing)) {
      if (!items.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.takeOperator(closing)) {
          break;
        }
      }
      items.add(expression());
    }
    return List.copyOf(items);
  }

  private Expr dict() {
    Position at = tokens.take().at();
    List<Expr> keys = new ArrayList<>();
    List<Expr> values = new ArrayList<>();
    while (!tokens.takeOperator("}")) {
      if (!keys.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.takeOperator("}")) {
          break;
        }
      }
      keys.add(expression());
      tokens.expectOperator(":");
      values.add(expression());
    }
    return new Expr.DictOf(List.copyOf(keys), List.copyOf(values), at);
  }

  private Expr postfix(Expr start) {
    Expr made = start;
    while (tokens.peek().kind() == Kind.OPERATOR) {
      switch (tokens.peek().text()) {
        case "." -> made = attribute(made);
        case "[" -> made = subscript(made);
        case "(" -> made = call(made);
        default -> {
          return made;
        }
      }
    }
    return made;
  }

  private Expr attribute(Expr target) {
    Position at = tokens.take().at();
    Token name = tokens.take();
    return switch (name.kind()) {
      case NAME -> new Expr.Attribute(target, name.text(), at);
      case INTEGER -> new Expr.Item(target, new Expr.Constant(Literal.number(name), name.at()), at);
      case DATA, BLOCK_BEGIN, BLOCK_END, OUTPUT_BEGIN, OUTPUT_END, STRING, REAL, OPERATOR, END ->
          throw name.at().error("expected a name or number after '.', found " + name.describe());
    };
  }

  private Expr subscript(Expr target) {
    Position at = tokens.take().at();
    Optional<Expr> start = slicePart();
    if (start.isPresent() && !tokens.peek().isOperator(":")) {
      if (tokens.peek().isOperator(",")) {
        throw tokens.peek().at().error("an index of several parts is not supported");
      }
      tokens.expectOperator("]");
      return new Expr.Item(target, start.get(), at);
    }
    tokens.expectOperator(":");
    Optional<Expr> stop = slicePart();
    Optional<Expr> step = tokens.takeOperator(":") ? slicePart() : Optional.empty();
    tokens.expectOperator("]");
    return new Expr.Slice(target, start, stop, step, at);
  }

  private Optional<Expr> slicePart() {
    Token token = tokens.peek();
    return token.isOperator(":") || token.isOperator("]")
        ? Optional.empty()
        : Optional.of(expression());
  }

  Expr call(Expr target) {
    Position at = tokens.peek().at();
    return new Expr.Call(target, inputs(), at);
  }

  /// `(a, b, name=c)`
  private Inputs inputs() {
    tokens.expectOperator("(");
    tokens.enter();
    List<Expr> positional = new ArrayList<>();
    List<Named> named = new ArrayList<>();
    boolean first = true;
    while (!tokens.takeOperator(")")) {
      if (!first) {
        tokens.expectOperator(",");
        if (tokens.takeOperator(")")) {
          break;
        }
      }
      first = false;
      Token token = tokens.peek();
      if (token.isOperator("*") || token.isOperator("**")) {
        throw token.at().error("'" + token.text() + "' arguments are not supported");
      }
      if (token.kind() == Kind.NAME && tokens.peek(1).isOperator("=")) {
        tokens.take();
        tokens.take();
        named.add(new Named(token.text(), expression()));
      } else if (named.isEmpty()) {
        positional.add(expression());
      } else {
        throw token.at().error("positional argument after a named one");
      }
    }
    tokens.leave();
    return new Inputs(List.copyOf(positional), List.copyOf(named));
  }

  private Expr filters(Expr start) {
    Expr made = start;
    while (true) {
      Token token = tokens.peek();
      if (token.isOperator("|")) {
        tokens.take();
        made = filter(made);
      } else if (token.isName("is")) {
        tokens.take();
        made = test(made, token.at());
      } else if (token.isOperator("(")) {
        made = call(made);
      } else {
        return made;
      }
    }
  }

  /// The filter whose name comes next, put on `target`.
  Expr filter(Expr target) {
    Token name = tokens.expect(Kind.NAME, "a filter's name");
    if (!Filters.exists(name.text())) {
      throw name.at().error("unknown filter '" + name.text() + "'");
    }
    Inputs inputs = tokens.peek().isOperator("(") ? inputs() : Inputs.NONE;
    return new Expr.Filter(target, name.text(), inputs, name.at());
  }

  private Expr test(Expr target, Position at) {
    boolean negated = tokens.takeName("not");
    Token name = tokens.expect(Kind.NAME, "a test's name");
    if (!Checks.exists(name.text())) {
      throw name.at().error("unknown test '" + name.text() + "'");
    }
    Inputs inputs = Inputs.NONE;
    if (tokens.peek().isOperator("(")) {
      inputs = inputs();
    } else if (tokens.peek().startsTestArgument()) {
      inputs = new Inputs(List.of(postfix(primary())), List.of());
    }
    Expr made = new Expr.Test(target, name.text(), inputs, name.at());
    return negated ? new Expr.Unary(Operator.NOT, made, at) : made;
  }
}
