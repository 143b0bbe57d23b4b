package sirocco.text.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sirocco.text.jinja.Value.Bool;
import sirocco.text.jinja.Value.Function;
import sirocco.text.jinja.Value.Namespace;
import sirocco.text.jinja.Value.None;
import sirocco.text.jinja.Value.Sequence;
import sirocco.text.jinja.Value.Undefined;

/// Gives expressions their values, within [Limits], and errors their places.
final class Evaluator {
  private long steps;
  private int depth;

  Value eval(Expr expression, Scope scope) {
    try {
      enter();
      Value value = value(expression, scope);
      charge(Value.Size.of(value).weight() / 16);
      return value;
    } catch (Fault fault) {
      throw expression.at().error(String.valueOf(fault.getMessage()));
    } finally {
      depth--;
    }
  }

  /// Counts one more evaluation on the stack; whoever calls this calls [#leave()] afterwards.
  void enter() {
    if (++depth > Limits.STACK) {
      throw new Fault("nested or called more than " + Limits.STACK + " deep");
    }
    charge(1);
  }

  void leave() {
    depth--;
  }

  private void charge(long more) {
    steps += more;
    if (steps > Limits.STEPS) {
      throw new Fault("the template runs too long");
    }
  }

  private Value value(Expr expression, Scope scope) {
    return switch (expression) {
      case Expr.Constant constant -> constant.value();
      case Expr.Name name -> name(name.name(), scope);
      case Expr.ListOf list -> Sequence.list(all(list.items(), scope));
      case Expr.TupleOf tuple -> Sequence.tuple(all(tuple.items(), scope));
      case Expr.DictOf dict -> dict(dict, scope);
      case Expr.Unary unary ->
          unary.operator() == Expr.Operator.NOT
              ? Bool.of(!Operations.isTrue(eval(unary.operand(), scope)))
              : Arithmetic.unary(unary.operator(), eval(unary.operand(), scope));
      case Expr.Binary binary -> binary(binary, scope);
      case Expr.Concat concat -> concat(concat, scope);
      case Expr.Compare compare -> compare(compare, scope);
      case Expr.Conditional conditional -> conditional(conditional, scope);
      case Expr.Attribute attribute ->
          Operations.attribute(eval(attribute.target(), scope), attribute.name());
      case Expr.Item item -> Operations.item(eval(item.target(), scope), eval(item.index(), scope));
      case Expr.Slice slice ->
          Operations.slice(
              eval(slice.target(), scope),
              part(slice.start(), scope),
              part(slice.stop(), scope),
              part(slice.step(), scope));
      case Expr.Call call -> call(eval(call.target(), scope), arguments(call.inputs(), scope));
      case Expr.Filter filter ->
          Filters.apply(
              filter.name(), eval(filter.target(), scope), arguments(filter.inputs(), scope));
      case Expr.Test test ->
          Bool.of(
              Checks.test(
                  test.name(), eval(test.target(), scope), arguments(test.inputs(), scope)));
    };
  }

  private static Value name(String name, Scope scope) {
    return scope
        .get(name)
        .or(() -> Globals.find(name))
        .orElseGet(() -> new Undefined("'" + name + "' is undefined"));
  }

  private List<Value> all(List<Expr> expressions, Scope scope) {
    List<Value> values = new ArrayList<>(expressions.size());
    expressions.forEach(expression -> values.add(eval(expression, scope)));
    return values;
  }

  private Value dict(Expr.DictOf dict, Scope scope) {
    List<Map.Entry<Value, Value>> entries = new ArrayList<>();
    for (int i = 0; i < dict.keys().size(); i++) {
      entries.add(Map.entry(eval(dict.keys().get(i), scope), eval(dict.values().get(i), scope)));
    }
    return Filters.dict(entries);
  }

  private Value binary(Expr.Binary binary, Scope scope) {
    Value left = eval(binary.left(), scope);
    return switch (binary.operator()) {
      case AND -> Operations.isTrue(left) ? eval(binary.right(), scope) : left;
      case OR -> Operations.isTrue(left) ? left : eval(binary.right(), scope);
      case ADD, SUBTRACT, MULTIPLY, DIVIDE, FLOOR_DIVIDE, REMAINDER, POWER, PLUS, NEGATE, NOT ->
          Arithmetic.binary(binary.operator(), left, eval(binary.right(), scope));
    };
  }

  private Value concat(Expr.Concat concat, Scope scope) {
    Sink out = new Sink();
    concat.parts().forEach(part -> out.add(Printer.print(eval(part, scope))));
    return out.toStr();
  }

  private Value compare(Expr.Compare compare, Scope scope) {
    Value left = eval(compare.first(), scope);
    for (Expr.Step step : compare.steps()) {
      Value right = eval(step.operand(), scope);
      if (!holds(step.comparison(), left, right)) {
        return Bool.FALSE;
      }
      left = right;
    }
    return Bool.TRUE;
  }

  private static boolean holds(Expr.Comparison comparison, Value left, Value right) {
    String spelling = comparison.spelling;
    return switch (comparison) {
      case EQUAL -> Operations.equal(left, right);
      case NOT_EQUAL -> !Operations.equal(left, right);
      case IN -> Operations.contains(right, left);
      case NOT_IN -> !Operations.contains(right, left);
      case LESS -> Operations.order(left, right, spelling) == -1;
      case GREATER -> Operations.order(left, right, spelling) == 1;
      case LESS_OR_EQUAL -> Operations.order(left, right, spelling) <= 0;
      case GREATER_OR_EQUAL -> {
        int order = Operations.order(left, right, spelling);
        yield order == 0 || order == 1;
      }
    };
  }

  private Value conditional(Expr.Conditional conditional, Scope scope) {
    if (Operations.isTrue(eval(conditional.condition(), scope))) {
      return eval(conditional.then(), scope);
    }
    return conditional
        .otherwise()
        .map(otherwise -> eval(otherwise, scope))
        .orElseGet(() -> new Undefined("an inline if without else gave nothing"));
  }

  private Value part(Optional<Expr> expression, Scope scope) {
    return expression.map(present -> eval(present, scope)).orElse(None.NONE);
  }

  Arguments arguments(Expr.Inputs inputs, Scope scope) {
    if (inputs.positional().isEmpty() && inputs.named().isEmpty()) {
      return Arguments.NONE;
    }
    Map<String, Value> named = new LinkedHashMap<>();
    List<Value> positional = all(inputs.positional(), scope);
    for (Expr.Named input : inputs.named()) {
      if (named.put(input.name(), eval(input.value(), scope)) != null) {
        throw new Fault("argument '" + input.name() + "' twice");
      }
    }
    return new Arguments(positional, named);
  }

  static Value call(Value target, Arguments arguments) {
    return switch (target) {
      case Function function -> function.body.call(arguments);
      case Undefined undefined -> throw new Fault(undefined.what());
      case Namespace n -> throw uncallable(n);
      case None n -> throw uncallable(n);
      case Bool b -> throw uncallable(b);
      case Value.Int i -> throw uncallable(i);
      case Value.Real r -> throw uncallable(r);
      case Str s -> throw uncallable(s);
      case Sequence s -> throw uncallable(s);
      case Value.Dict d -> throw uncallable(d);
      case Value.Lazy l -> throw uncallable(l);
      case Value.Loop l -> throw uncallable(l);
    };
  }

  private static Fault uncallable(Value value) {
    return new Fault(Operations.type(value) + " cannot be called");
  }
}
