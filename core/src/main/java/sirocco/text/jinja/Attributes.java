package sirocco.text.jinja;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
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

/// What stands behind a dot: methods of Python's types, the parts of `loop`, a namespace's fields.
/// A method that Python has and this interpreter has not is an error, not undefined.
final class Attributes {
  private static final Set<String> CHANGING =
      Set.of(
          "append",
          "clear",
          "extend",
          "insert",
          "pop",
          "popitem",
          "remove",
          "setdefault",
          "sort",
          "update");
  private static final Set<String> OTHERS_OF_DICT = Set.of("fromkeys");

  private Attributes() {}

  static Optional<Value> find(Value owner, String name) {
    return switch (owner) {
      case Str str -> StringMethods.find(str, name);
      case Dict dict -> ofDict(dict, name);
      case Sequence sequence -> ofSequence(sequence, name);
      case Namespace namespace -> Optional.ofNullable(namespace.attributes.get(name));
      case Loop loop -> ofLoop(loop, name);
      case Function function ->
          name.equals("name") ? Optional.of(Str.template(function.name)) : Optional.empty();
      case Undefined u -> Optional.empty();
      case None n -> Optional.empty();
      case Bool b -> Optional.empty();
      case Int i -> Optional.empty();
      case Real r -> Optional.empty();
      case Lazy l -> Optional.empty();
    };
  }

  private static Optional<Value> ofDict(Dict dict, String name) {
    Map<Value, Value> entries = dict.entries();
    return switch (name) {
      case "items" -> view(name, () -> pairs(dict));
      case "keys" -> view(name, () -> List.copyOf(entries.keySet()));
      case "values" -> view(name, () -> List.copyOf(entries.values()));
      case "copy" -> method(name, arguments -> dict);
      case "get" ->
          method(
              name,
              arguments -> {
                Arguments.Bound bound = arguments.bind("get()", "key", "default");
                Value found = entries.get(Operations.key(bound.required("key")));
                return found != null ? found : bound.or("default", None.NONE);
              });
      default -> unknown("dict", name, CHANGING, OTHERS_OF_DICT);
    };
  }

  /// A dict's entries as tuples.
  static List<Value> pairs(Dict dict) {
    return dict.entries().entrySet().stream()
        .<Value>map(entry -> Sequence.tuple(List.of(entry.getKey(), entry.getValue())))
        .toList();
  }

  private static Optional<Value> view(String name, Supplier<List<Value>> items) {
    return method(
        name,
        arguments -> {
          arguments.bind(name + "()");
          return new Lazy(Lazy.Kind.VIEW, items.get());
        });
  }

  private static Optional<Value> ofSequence(Sequence sequence, String name) {
    List<Value> items = sequence.items();
    return switch (name) {
      case "count" ->
          method(
              name,
              arguments -> {
                Value wanted = arguments.bind("count()", "value").required("value");
                return new Int(items.stream().filter(i -> Operations.equal(i, wanted)).count());
              });
      case "index" ->
          method(
              name,
              arguments -> {
                Value wanted = arguments.bind("index()", "value").required("value");
                for (int i = 0; i < items.size(); i++) {
                  if (Operations.equal(items.get(i), wanted)) {
                    return new Int(i);
                  }
                }
                throw new Fault("index(): no such item in the list");
              });
      case "copy" -> method(name, arguments -> sequence);
      default -> unknown("list", name, CHANGING, Set.of("reverse"));
    };
  }

  /// Nothing, or an error for what Python would have.
  static Optional<Value> unknown(
      String type, String name, Set<String> changing, Set<String> others) {
    if (changing.contains(name) || others.contains(name)) {
      String why =
          changing.contains(name) ? "not allowed: values cannot be changed" : "not supported";
      throw new Fault(type + "." + name + " is " + why);
    }
    return Optional.empty();
  }

  static Optional<Value> method(String name, Function.Body body) {
    return Optional.of(new Function(name, body));
  }

  private static Optional<Value> ofLoop(Loop loop, String name) {
    int size = loop.items.size();
    int index = loop.index;
    return switch (name) {
      case "index" -> Optional.of(new Int(index + 1L));
      case "index0" -> Optional.of(new Int(index));
      case "revindex" -> Optional.of(new Int(size - index));
      case "revindex0" -> Optional.of(new Int(size - index - 1L));
      case "first" -> Optional.of(Bool.of(index == 0));
      case "last" -> Optional.of(Bool.of(index == size - 1));
      case "length" -> Optional.of(new Int(size));
      case "depth" -> Optional.of(new Int(loop.depth));
      case "depth0" -> Optional.of(new Int(loop.depth - 1L));
      case "previtem" ->
          Optional.of(
              index > 0 ? loop.items.get(index - 1) : new Undefined("there is no previous item"));
      case "nextitem" ->
          Optional.of(
              index < size - 1
                  ? loop.items.get(index + 1)
                  : new Undefined("there is no next item"));
      case "cycle" ->
          method(
              name,
              arguments -> {
                List<Value> choices = arguments.positional();
                if (choices.isEmpty()) {
                  throw new Fault("loop.cycle() needs items to cycle through");
                }
                return choices.get(index % choices.size());
              });
      case "changed" -> method(name, arguments -> changed(loop, arguments));
      default -> Optional.empty();
    };
  }

  private static Value changed(Loop loop, Arguments arguments) {
    Sequence now = Sequence.tuple(arguments.positional());
    boolean changed = !loop.changedBefore || !Operations.equal(now, loop.lastChanged);
    loop.changedBefore = true;
    loop.lastChanged = now;
    return Bool.of(changed);
  }
}
