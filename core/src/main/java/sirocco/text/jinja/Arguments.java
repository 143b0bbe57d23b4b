package sirocco.text.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a filter, test, method or function is called with.
record Arguments(List<Value> positional, Map<String, Value> named) {
  static final Arguments NONE = new Arguments(List.of(), Map.of());

  /// The arguments by parameter, with `what` in the error if they do not fit.
  Bound bind(String what, String... parameters) {
    if (positional.size() > parameters.length) {
      throw new Fault(
          what + " takes at most " + parameters.length + " arguments, got " + positional.size());
    }
    Map<String, Value> values = new LinkedHashMap<>();
    for (int i = 0; i < positional.size(); i++) {
      values.put(parameters[i], positional.get(i));
    }
    named.forEach((name, value) -> {
      if (!List.of(parameters).contains(name)) {
        throw new Fault(what + " has no argument '" + name + "'");
      }
      if (values.putIfAbsent(name, value) != null) {
        throw new Fault(what + " got '" + name + "' twice");
      }
    });
    return new Bound(what, values);
  }

  /// Without the first positional argument.
  Arguments rest() {
    return new Arguments(positional.subList(1, positional.size()), named);
  }

  /// With one positional argument put before all others.
  Arguments after(Value first) {
    List<Value> all = new ArrayList<>(positional.size() + 1);
    all.add(first);
    all.addAll(positional);
    return new Arguments(all, named);
  }

  /// Arguments by parameter.
  record Bound(String what, Map<String, Value> values) {
    Optional<Value> get(String name) {
      return Optional.ofNullable(values.get(name));
    }

    Value required(String name) {
      return get(name).orElseThrow(() -> new Fault(what + " needs '" + name + "'"));
    }

    Value or(String name, Value otherwise) {
      return get(name).orElse(otherwise);
    }

    Str text(String name) {
      return string(name, required(name));
    }

    Str text(String name, Str otherwise) {
      return get(name).map(value -> string(name, value)).orElse(otherwise);
    }

    long integer(String name, long otherwise) {
      return get(name).map(value -> whole(name, value)).orElse(otherwise);
    }

    boolean flag(String name, boolean otherwise) {
      return get(name).map(Operations::isTrue).orElse(otherwise);
    }

    /// Present and not None.
    Optional<Value> given(String name) {
      return get(name).filter(value -> value != Value.None.NONE);
    }

    private Str string(String name, Value value) {
      if (value instanceof Str str) {
        return str;
      }
      throw new Fault(what + ": '" + name + "' must be a string, not " + Operations.type(value));
    }

    private long whole(String name, Value value) {
      return Operations.integer(value)
          .orElseThrow(() ->
              new Fault(
                  what + ": '" + name + "' must be an integer, not " + Operations.type(value)));
    }
  }
}
