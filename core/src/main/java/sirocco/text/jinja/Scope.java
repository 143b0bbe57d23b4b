package sirocco.text.jinja;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Names and what they stand for; those of the outer scopes can be read, not set.
final class Scope {
  private final Optional<Scope> outer;
  private final Map<String, Value> names = new HashMap<>();

  Scope(Map<String, Value> names) {
    this.outer = Optional.empty();
    this.names.putAll(names);
  }

  private Scope(Scope outer) {
    this.outer = Optional.of(outer);
  }

  Scope inner() {
    return new Scope(this);
  }

  void set(String name, Value value) {
    names.put(name, value);
  }

  Optional<Value> get(String name) {
    Scope scope = this;
    while (true) {
      Value value = scope.names.get(name);
      if (value != null) {
        return Optional.of(value);
      }
      if (scope.outer.isEmpty()) {
        return Optional.empty();
      }
      scope = scope.outer.get();
    }
  }
}
