package sirocco.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sirocco.text.jinja.Value.Bool;
import sirocco.text.jinja.Value.Dict;
import sirocco.text.jinja.Value.Function;
import sirocco.text.jinja.Value.Int;
import sirocco.text.jinja.Value.Lazy;
import sirocco.text.jinja.Value.Loop;
import sirocco.text.jinja.Value.Namespace;
import sirocco.text.jinja.Value.None;
import sirocco.text.jinja.Value.Real;
import sirocco.text.jinja.Value.Sequence;
import sirocco.text.jinja.Value.Undefined;

/// What Python does with values: truth, equality, order, walking, indexing.
final class Operations {
  private Operations() {}

  /// Python's name for the type of a value.
  static String type(Value value) {
    return switch (value) {
      case Undefined u -> "Undefined";
      case None n -> "NoneType";
      case Bool b -> "bool";
      case Int i -> "int";
      case Real r -> "float";
      case Str s -> "str";
      case Sequence s -> s.tuple() ? "tuple" : "list";
      case Dict d -> "dict";
      case Namespace n -> "Namespace";
      case Lazy l -> l.kind == Lazy.Kind.RANGE ? "range" : "generator";
      case Function f -> "function";
      case Loop l -> "LoopContext";
    };
  }

  static boolean isTrue(Value value) {
    return switch (value) {
      case Undefined u -> false;
      case None n -> false;
      case Bool b -> b.value();
      case Int i -> i.value() != 0;
      case Real r -> r.value() != 0;
      case Str s -> s.length() > 0;
      case Sequence s -> !s.items().isEmpty();
      case Dict d -> !d.entries().isEmpty();
      case Lazy l -> l.kind == Lazy.Kind.GENERATOR || !l.peek().isEmpty();
      case Loop l -> !l.items.isEmpty();
      case Namespace n -> true;
      case Function f -> true;
    };
  }

  /// The value as an integer if it is one; bools are.
  static Optional<Long> integer(Value value) {
    if (value instanceof Int i) {
      return Optional.of(i.value());
    }
    return value instanceof Bool b ? Optional.of(b.value() ? 1L : 0L) : Optional.empty();
  }

  /// The value as a double if it is any number.
  static Optional<Double> number(Value value) {
    return value instanceof Real r ? Optional.of(r.value()) : integer(value).map(Long::doubleValue);
  }

  /// Python's `==`.
  static boolean equal(Value left, Value right) {
    Optional<Long> leftInteger = integer(left);
    Optional<Long> rightInteger = integer(right);
    if (leftInteger.isPresent() && rightInteger.isPresent()) {
      return leftInteger.equals(rightInteger);
    }
    Optional<Double> leftNumber = number(left);
    Optional<Double> rightNumber = number(right);
    if (leftNumber.isPresent() && rightNumber.isPresent()) {
      return leftNumber.get().doubleValue() == rightNumber.get().doubleValue();
    }
    return switch (left) {
      case Str s -> s.equals(right);
      case Undefined u -> right instanceof Undefined;
      case Sequence s ->
          right instanceof Sequence other
              && s.tuple() == other.tuple()
              && equalItems(s.items(), other.items());
      case Dict d -> right instanceof Dict other && equalEntries(d, other);
      case None n -> right instanceof None;
      case Bool b -> false;
      case Int i -> false;
      case Real r -> false;
      case Namespace n -> left.equals(right);
      case Lazy l -> left.equals(right);
      case Function f -> left.equals(right);
      case Loop l -> left.equals(right);
    };
  }

  private static boolean equalItems(List<Value> left, List<Value> right) {
    if (left.size() != right.size()) {
      return false;
    }
    for (int i = 0; i < left.size(); i++) {
      if (!equal(left.get(i), right.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean equalEntries(Dict left, Dict right) {
    if (left.entries().size() != right.entries().size()) {
      return false;
    }
    return left.entries().entrySet().stream()
        .allMatch(entry -> {
          Value other = right.entries().get(entry.getKey());
          return other != null && equal(entry.getValue(), other);
        });
  }

  /// Python's `<`, `==` or `>` as a number; 2 where neither holds (a NaN).
  static int order(Value left, Value right, String operator) {
    if (left instanceof Str a && right instanceof Str b) {
      return Integer.signum(byCodePoint(a.text(), b.text()));
    }
    Optional<Long> leftInteger = integer(left);
    Optional<Long> rightInteger = integer(right);
    if (leftInteger.isPresent() && rightInteger.isPresent()) {
      return leftInteger.get().compareTo(rightInteger.get());
    }
    Optional<Double> leftNumber = number(left);
    Optional<Double> rightNumber = number(right);
    if (leftNumber.isPresent() && rightNumber.isPresent()) {
      double a = leftNumber.get();
      double b = rightNumber.get();
      return a < b ? -1 : a > b ? 1 : a == b ? 0 : 2;
    }
    if (left instanceof Sequence a && right instanceof Sequence b && a.tuple() == b.tuple()) {
      for (int i = 0; i < Math.min(a.items().size(), b.items().size()); i++) {
        if (!equal(a.items().get(i), b.items().get(i))) {
          return order(a.items().get(i), b.items().get(i), operator);
        }
      }
      return Integer.compare(a.items().size(), b.items().size());
    }
    throw unfit(operator, left, right);
  }

  /// Python orders strings by code point, Java by UTF-16 unit.
  private static int byCodePoint(String a, String b) {
    int at = 0;
    while (at < a.length() && at < b.length() && a.charAt(at) == b.charAt(at)) {
      at++;
    }
    if (at == a.length() || at == b.length()) {
      return Integer.compare(a.length(), b.length());
    }
    boolean surrogates = Character.isSurrogate(a.charAt(at)) && Character.isSurrogate(b.charAt(at));
    int start = surrogates && at > 0 && Character.isHighSurrogate(a.charAt(at - 1)) ? at - 1 : at;
    return Integer.compare(a.codePointAt(start), b.codePointAt(start));
  }

  static Fault unfit(String operator, Value left, Value right) {
    for (Value value : List.of(left, right)) {
      if (value instanceof Undefined undefined) {
        return new Fault(undefined.what());
      }
    }
    return new Fault(
        "'" + operator + "' does not work between " + type(left) + " and " + type(right));
  }

  /// Python's `in`.
  static boolean contains(Value container, Value item) {
    if (container instanceof Str text) {
      if (item instanceof Str needle) {
        return text.find(needle, 0) >= 0;
      }
      throw new Fault("'in <string>' needs a string on its left, not " + type(item));
    }
    if (container instanceof Dict dict) {
      return dict.entries().containsKey(key(item));
    }
    return walk(container).stream().anyMatch(value -> equal(value, item));
  }

  /// A dict's key: a scalar.
  static Value key(Value value) {
    return switch (value) {
      case Str s -> s;
      case Int i -> i;
      case Bool b -> b;
      case Real r -> r;
      case None n -> n;
      case Undefined u -> throw new Fault(u.what());
      case Sequence s -> throw unhashable(s);
      case Dict d -> throw unhashable(d);
      case Namespace n -> throw unhashable(n);
      case Lazy l -> throw unhashable(l);
      case Function f -> throw unhashable(f);
      case Loop l -> throw unhashable(l);
    };
  }

  private static Fault unhashable(Value value) {
    return new Fault("a dict's key must be a scalar, not " + type(value));
  }

  /// What a for loop over the value sees.
  static List<Value> walk(Value value) {
    return switch (value) {
      case Sequence s -> s.items();
      case Dict d -> List.copyOf(d.entries().keySet());
      case Str s -> s.characters();
      case Lazy l -> l.take();
      case Undefined u -> List.of();
      case None n -> throw notIterable(n);
      case Bool b -> throw notIterable(b);
      case Int i -> throw notIterable(i);
      case Real r -> throw notIterable(r);
      case Namespace n -> throw notIterable(n);
      case Function f -> throw notIterable(f);
      case Loop l -> throw notIterable(l);
    };
  }

  private static Fault notIterable(Value value) {
    return new Fault(type(value) + " cannot be walked");
  }

  /// Python's `len`.
  static int length(Value value) {
    return switch (value) {
      case Sequence s -> s.items().size();
      case Dict d -> d.entries().size();
      case Str s -> s.codePoints();
      case Lazy l when l.kind != Lazy.Kind.GENERATOR -> l.peek().size();
      case Undefined u -> 0;
      case Loop l -> l.items.size();
      case Lazy l -> throw noLength(l);
      case None n -> throw noLength(n);
      case Bool b -> throw noLength(b);
      case Int i -> throw noLength(i);
      case Real r -> throw noLength(r);
      case Namespace n -> throw noLength(n);
      case Function f -> throw noLength(f);
    };
  }

  private static Fault noLength(Value value) {
    return new Fault(type(value) + " has no length");
  }

  /// `value[index]`; an attribute where there is no such item, else undefined.
  static Value item(Value value, Value index) {
    if (value instanceof Undefined undefined) {
      throw new Fault(undefined.what());
    }
    return directItem(value, index)
        .or(() ->
            index instanceof Str name ? Attributes.find(value, name.text()) : Optional.empty())
        .orElseGet(() -> missing(value, index));
  }

  /// `value.name`; an item where there is no such attribute, else undefined.
  static Value attribute(Value value, String name) {
    if (value instanceof Undefined undefined) {
      throw new Fault(undefined.what());
    }
    Str index = Str.template(name);
    return Attributes.find(value, name)
        .or(() -> directItem(value, index))
        .orElseGet(() -> missing(value, index));
  }

  private static Value missing(Value value, Value index) {
    String owner = value instanceof None ? "None" : type(value) + " object";
    String kind = index instanceof Str ? "attribute " : "element ";
    return new Undefined("'" + owner + "' has no " + kind + Printer.repr(index));
  }

  private static Optional<Value> directItem(Value value, Value index) {
    if (value instanceof Dict dict) {
      return Optional.ofNullable(dict.entries().get(key(index)));
    }
    Optional<Long> place = integer(index);
    if (place.isEmpty()) {
      return Optional.empty();
    }
    List<Value> items =
        switch (value) {
          case Sequence s -> s.items();
          case Str s -> s.characters();
          case Lazy l when l.kind == Lazy.Kind.RANGE -> l.peek();
          case Lazy l -> List.of();
          case Dict d -> List.of();
          case Undefined u -> List.of();
          case None n -> List.of();
          case Bool b -> List.of();
          case Int i -> List.of();
          case Real r -> List.of();
          case Namespace n -> List.of();
          case Function f -> List.of();
          case Loop l -> List.of();
        };
    long at = place.get() < 0 ? place.get() + items.size() : place.get();
    return at >= 0 && at < items.size() ? Optional.of(items.get((int) at)) : Optional.empty();
  }

  /// `value[start:stop:step]`
  static Value slice(Value value, Value start, Value stop, Value step) {
    if (value instanceof Undefined undefined) {
      throw new Fault(undefined.what());
    }
    if (value instanceof Str str) {
      Sink out = new Sink();
      sliced(str.characters(), start, stop, step).forEach(character -> out.add((Str) character));
      return out.toStr().markup(str.safe());
    }
    if (value instanceof Sequence sequence) {
      List<Value> taken = sliced(sequence.items(), start, stop, step);
      return sequence.tuple() ? Sequence.tuple(taken) : Sequence.list(taken);
    }
    if (value instanceof Lazy lazy && lazy.kind == Lazy.Kind.RANGE) {
      return new Lazy(Lazy.Kind.RANGE, sliced(lazy.peek(), start, stop, step));
    }
    throw new Fault(type(value) + " cannot be sliced");
  }

  private static List<Value> sliced(List<Value> items, Value from, Value to, Value by) {
    long step = bound(by, 1);
    if (step == 0) {
      throw new Fault("a slice's step cannot be 0");
    }
    int size = items.size();
    long low = step > 0 ? 0 : -1;
    long high = step > 0 ? size : size - 1L;
    long start = from instanceof None ? (step > 0 ? low : high) : place(from, size, low, high);
    long stop = to instanceof None ? (step > 0 ? high : low) : place(to, size, low, high);
    List<Value> taken = new ArrayList<>();
    while (step > 0 ? start < stop : start > stop) {
      taken.add(items.get((int) start));
      if (step > size || step < -size) {
        break; // and the next line cannot overflow
      }
      start += step;
    }
    return taken;
  }

  private static long place(Value value, int size, long low, long high) {
    long asked = bound(value, 0);
    return Math.clamp(asked < 0 ? asked + size : asked, low, high);
  }

  private static long bound(Value value, long otherwise) {
    return value instanceof None
        ? otherwise
        : integer(value)
            .orElseThrow(() -> new Fault("a slice's bounds must be integers, not " + type(value)));
  }
}
