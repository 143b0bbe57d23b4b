package sirocco.text.jinja;

import java.util.List;
import java.util.Optional;

/// An expression. Every node knows its place, for errors.
sealed interface Expr {
  Position at();

  record Constant(Value value, Position at) implements Expr {}

  record Name(String name, Position at) implements Expr {}

  record ListOf(List<Expr> items, Position at) implements Expr {}

  record TupleOf(List<Expr> items, Position at) implements Expr {}

  record DictOf(List<Expr> keys, List<Expr> values, Position at) implements Expr {}

  record Unary(Operator operator, Expr operand, Position at) implements Expr {}

  record Binary(Operator operator, Expr left, Expr right, Position at) implements Expr {}

  /// `~`: all parts as text, one after the other.
  record Concat(List<Expr> parts, Position at) implements Expr {}

  /// `a < b in c`: true where each neighbouring pair compares so.
  record Compare(Expr first, List<Step> steps, Position at) implements Expr {}

  /// One comparison of a chain.
  record Step(Comparison comparison, Expr operand) {}

  record Conditional(Expr condition, Expr then, Optional<Expr> otherwise, Position at)
      implements Expr {}

  /// `target.name`
  record Attribute(Expr target, String name, Position at) implements Expr {}

  /// `target[index]`
  record Item(Expr target, Expr index, Position at) implements Expr {}

  /// `target[start:stop:step]`
  record Slice(
      Expr target, Optional<Expr> start, Optional<Expr> stop, Optional<Expr> step, Position at)
      implements Expr {}

  record Call(Expr target, Inputs inputs, Position at) implements Expr {}

  /// `target|name(inputs)`
  record Filter(Expr target, String name, Inputs inputs, Position at) implements Expr {}

  /// `target is name(inputs)`
  record Test(Expr target, String name, Inputs inputs, Position at) implements Expr {}

  /// What stands between a call's parentheses.
  record Inputs(List<Expr> positional, List<Named> named) {
    static final Inputs NONE = new Inputs(List.of(), List.of());
  }

  /// `name=value`
  record Named(String name, Expr value) {}

  enum Operator {
    ADD("+"),
    SUBTRACT("-"),
    MULTIPLY("*"),
    DIVIDE("/"),
    FLOOR_DIVIDE("//"),
    REMAINDER("%"),
    POWER("**"),
    PLUS("+"),
    NEGATE("-"),
    NOT("not"),
    AND("and"),
    OR("or");

    final String spelling;

    Operator(String spelling) {
      this.spelling = spelling;
    }
  }

  enum Comparison {
    EQUAL("=="),
    NOT_EQUAL("!="),
    LESS("<"),
    LESS_OR_EQUAL("<="),
    GREATER(">"),
    GREATER_OR_EQUAL(">="),
    IN("in"),
    NOT_IN("not in");

    final String spelling;

    Comparison(String spelling) {
      this.spelling = spelling;
    }
  }
}
