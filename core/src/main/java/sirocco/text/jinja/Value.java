package sirocco.text.jinja;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What an expression can be, with Python's meaning. All are immutable but [Namespace] and the
/// one-shot [Lazy] sequences.
public sealed interface Value
    permits Str,
        Value.Undefined,
        Value.None,
        Value.Bool,
        Value.Int,
        Value.Real,
        Value.Sequence,
        Value.Dict,
        Value.Namespace,
        Value.Lazy,
        Value.Function,
        Value.Loop {
  /// A name or an attribute that is not there. Prints as nothing; its own attributes are an error.
  ///
  /// @param what the complaint to make when it is used
  record Undefined(String what) implements Value {}

  /// Python's None.
  enum None implements Value {
    NONE
  }

  /// True or False; also the integers 1 and 0.
  record Bool(boolean value) implements Value {
    static final Bool TRUE = new Bool(true);
    static final Bool FALSE = new Bool(false);

    public static Bool of(boolean value) {
      return value ? TRUE : FALSE;
    }
  }

  /// An integer. Python's have no bound; here overflow is an error.
  record Int(long value) implements Value {}

  /// A floating-point number.
  record Real(double value) implements Value {}

  /// A list or a tuple: both are immutable here, as in the sandbox that transformers renders in.
  record Sequence(List<Value> items, boolean tuple, Size size) implements Value {
    public static Sequence list(List<? extends Value> items) {
      return new Sequence(List.copyOf(items), false, Size.of(items));
    }

    static Sequence tuple(List<? extends Value> items) {
      return new Sequence(List.copyOf(items), true, Size.of(items));
    }
  }

  /// A dict in order of insertion. Keys are scalars.
  record Dict(Map<Value, Value> entries, Size size) implements Value {
    public static Dict of(Map<? extends Value, ? extends Value> entries) {
      List<Value> all = new ArrayList<>(entries.keySet());
      all.addAll(entries.values());
      return new Dict(Collections.unmodifiableMap(new LinkedHashMap<>(entries)), Size.of(all));
    }

    /// A dict whose keys are these strings; keys are trusted, they come from our own code.
    public static Dict named(Map<String, ? extends Value> entries) {
      Map<Value, Value> made = new LinkedHashMap<>();
      entries.forEach((name, value) -> made.put(Str.template(name), value));
      return of(made);
    }
  }

  /// What `namespace()` gives: the one thing whose attributes `set` may change.
  final class Namespace implements Value {
    final Map<String, Value> attributes = new HashMap<>();
  }

  /// A sequence that is walked, not indexed.
  final class Lazy implements Value {
    /// What kind of Python object it stands for.
    enum Kind {
      /// Can be walked once, is true even if empty, has no length.
      GENERATOR,
      /// What `dict.keys()` and the like give: has a length.
      VIEW,
      /// Has a length and can be indexed.
      RANGE
    }

    final Kind kind;
    final Size size;
    private List<Value> items;

    Lazy(Kind kind, List<Value> items) {
      this.kind = kind;
      this.items = items;
      this.size = Size.of(items);
    }

    /// The items; a generator has none left afterwards.
    List<Value> take() {
      List<Value> taken = items;
      if (kind == Kind.GENERATOR) {
        items = List.of();
      }
      return taken;
    }

    List<Value> peek() {
      return items;
    }
  }

  /// Something that can be called: a macro, a global function, a method bound to its object.
  final class Function implements Value {
    /// What a call does.
    interface Body {
      Value call(Arguments arguments);
    }

    final String name;
    final Body body;

    Function(String name, Body body) {
      this.name = name;
      this.body = body;
    }
  }

  /// The `loop` of a for block.
  final class Loop implements Value {
    final List<Value> items;
    final int depth;
    int index;
    Sequence lastChanged = Sequence.list(List.of());
    boolean changedBefore;

    Loop(List<Value> items, int depth) {
      this.items = items;
      this.depth = depth;
    }
  }

  /// How large a container is with everything in it; bounded, so that walking a value always ends
  /// soon, even if parts of it are shared many times.
  record Size(int depth, int weight) {
    static Size of(Collection<? extends Value> items) {
      int depth = 1;
      long weight = 1;
      for (Value item : items) {
        Size inner = of(item);
        depth = Math.max(depth, inner.depth + 1);
        weight += inner.weight;
      }
      if (depth > Limits.VALUE_DEPTH) {
        throw new Fault("lists or dicts nested more than " + Limits.VALUE_DEPTH + " deep");
      }
      if (weight > Limits.VALUE_WEIGHT) {
        throw new Fault("a list or dict that is too large");
      }
      return new Size(depth, (int) weight);
    }

    static Size of(Value value) {
      return switch (value) {
        case Sequence sequence -> sequence.size();
        case Dict dict -> dict.size();
        case Str str -> new Size(0, 1 + str.length() / 16);
        case Lazy lazy -> lazy.size;
        case Undefined u -> new Size(0, 1);
        case None n -> new Size(0, 1);
        case Bool b -> new Size(0, 1);
        case Int i -> new Size(0, 1);
        case Real r -> new Size(0, 1);
        case Namespace n -> new Size(0, 1);
        case Function f -> new Size(0, 1);
        case Loop l -> new Size(0, 1);
      };
    }
  }
}
