package sirocco.text.jinja;

import java.util.Map;
import sirocco.text.jinja.Value.Bool;
import sirocco.text.jinja.Value.Dict;
import sirocco.text.jinja.Value.Function;
import sirocco.text.jinja.Value.Int;
import sirocco.text.jinja.Value.Lazy;
import sirocco.text.jinja.Value.None;
import sirocco.text.jinja.Value.Real;
import sirocco.text.jinja.Value.Sequence;
import sirocco.text.jinja.Value.Undefined;

/// Jinja's tests: what stands behind `is`.
final class Checks {
  /// One test.
  private interface Check {
    boolean test(Value value, Arguments arguments);
  }

  /// A test without arguments.
  private interface Plain {
    boolean test(Value value);
  }

  /// A test against one other value.
  private interface Against {
    boolean test(Value value, Value other);
  }

  private static final Map<String, Check> CHECKS =
      Map.ofEntries(
          plain("defined", value -> !(value instanceof Undefined)),
          plain("undefined", value -> value instanceof Undefined),
          plain("none", value -> value instanceof None),
          plain("string", value -> value instanceof Str),
          plain("mapping", value -> value instanceof Dict),
          plain("sequence", Checks::isSequence),
          plain("iterable", Checks::isIterable),
          plain("number", value -> Operations.number(value).isPresent()),
          plain("integer", value -> value instanceof Int),
          plain("float", value -> value instanceof Real),
          plain("boolean", value -> value instanceof Bool),
          plain("true", Bool.TRUE::equals),
          plain("false", Bool.FALSE::equals),
          plain("callable", value -> value instanceof Function),
          plain("odd", value -> remainder(value, new Int(2)) == 1),
          plain("even", value -> remainder(value, new Int(2)) == 0),
          plain(
              "lower",
              value ->
                  StringMethods.lower(Printer.print(value)).equals(Printer.print(value))
                      && hasCase(value)),
          plain(
              "upper",
              value ->
                  StringMethods.upper(Printer.print(value)).equals(Printer.print(value))
                      && hasCase(value)),
          against("divisibleby", (value, other) -> remainder(value, other) == 0),
          against("equalto", Operations::equal),
          against("eq", Operations::equal),
          against("ne", (value, other) -> !Operations.equal(value, other)),
          against("lt", (value, other) -> Operations.order(value, other, "<") == -1),
          against("lessthan", (value, other) -> Operations.order(value, other, "<") == -1),
          against("gt", (value, other) -> Operations.order(value, other, ">") == 1),
          against("greaterthan", (value, other) -> Operations.order(value, other, ">") == 1),
          against("le", (value, other) -> Operations.order(value, other, "<=") <= 0),
          against(
              "ge",
              (value, other) -> {
                int order = Operations.order(value, other, ">=");
                return order == 0 || order == 1;
              }),
          against("sameas", Checks::isSame),
          against("in", (value, other) -> Operations.contains(other, value)));

  private Checks() {}

  static boolean exists(String name) {
    return CHECKS.containsKey(name);
  }

  static boolean test(String name, Value value, Arguments arguments) {
    Check check = CHECKS.get(name);
    if (check == null) {
      throw new Fault("unknown test '" + name + "'");
    }
    return check.test(value, arguments);
  }

  private static Map.Entry<String, Check> plain(String name, Plain check) {
    return Map.entry(
        name,
        (value, arguments) -> {
          arguments.bind("test '" + name + "'");
          return check.test(value);
        });
  }

  private static Map.Entry<String, Check> against(String name, Against check) {
    return Map.entry(
        name,
        (value, arguments) ->
            check.test(value, arguments.bind("test '" + name + "'", "other").required("other")));
  }

  /// Dicts and undefined values too, as in jinja2: whatever has a length and can be indexed.
  private static boolean isSequence(Value value) {
    return value instanceof Str
        || value instanceof Sequence
        || value instanceof Dict
        || value instanceof Undefined
        || (value instanceof Lazy lazy && lazy.kind == Lazy.Kind.RANGE);
  }

  private static boolean isIterable(Value value) {
    return isSequence(value) || value instanceof Lazy;
  }

  private static boolean hasCase(Value value) {
    return Printer.print(value)
        .text()
        .codePoints()
        .anyMatch(c -> Character.isUpperCase(c) || Character.isLowerCase(c));
  }

  private static long remainder(Value value, Value by) {
    Value remainder = Arithmetic.binary(Expr.Operator.REMAINDER, value, by);
    double number = Operations.number(remainder).orElse(Double.NaN);
    return number == Math.rint(number) ? (long) number : -1;
  }

  private static boolean isSame(Value value, Value other) {
    boolean constant = value instanceof Bool || value instanceof None;
    if (!constant) {
      throw new Fault("'sameas' is supported for true, false and none only");
    }
    return value.equals(other);
  }
}
