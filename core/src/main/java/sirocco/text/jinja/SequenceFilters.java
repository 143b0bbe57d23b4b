package sirocco.text.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import sirocco.text.jinja.Arguments.Bound;
import sirocco.text.jinja.Value.Int;
import sirocco.text.jinja.Value.Lazy;
import sirocco.text.jinja.Value.Sequence;
import sirocco.text.jinja.Value.Undefined;

/// Filters on lists and the like.
final class SequenceFilters {
  static final Map<String, Filters.Filter> FILTERS =
      Map.ofEntries(
          Map.entry("first", (value, a) -> end(value, a, "first")),
          Map.entry("last", (value, a) -> end(value, a, "last")),
          Map.entry("list", SequenceFilters::list),
          Map.entry("reverse", SequenceFilters::reverse),
          Map.entry("sort", SequenceFilters::sort),
          Map.entry("unique", SequenceFilters::unique),
          Map.entry("min", (value, a) -> extreme(value, a, "min")),
          Map.entry("max", (value, a) -> extreme(value, a, "max")),
          Map.entry("sum", SequenceFilters::sum),
          Map.entry("batch", SequenceFilters::batch),
          Map.entry("map", SequenceFilters::map),
          Map.entry("select", (value, a) -> select(value, a, true)),
          Map.entry("reject", (value, a) -> select(value, a, false)),
          Map.entry("selectattr", (value, a) -> selectAttribute(value, a, true)),
          Map.entry("rejectattr", (value, a) -> selectAttribute(value, a, false)));

  private SequenceFilters() {}

  private static Value end(Value value, Arguments arguments, String name) {
    arguments.bind(name);
    boolean last = name.equals("last");
    if (last && value instanceof Lazy lazy && lazy.kind == Lazy.Kind.GENERATOR) {
      throw new Fault("last: a generator has no end to start from (put |list before it)");
    }
    List<Value> items = Operations.walk(value);
    if (items.isEmpty()) {
      return new Undefined("No " + name + " item, sequence was empty.");
    }
    return last ? items.getLast() : items.getFirst();
  }

  private static Value list(Value value, Arguments arguments) {
    arguments.bind("list");
    return Sequence.list(Operations.walk(value));
  }

  private static Value reverse(Value value, Arguments arguments) {
    arguments.bind("reverse");
    if (value instanceof Str str) {
      Sink out = new Sink();
      str.characters().reversed().forEach(character -> out.add((Str) character));
      return out.toStr();
    }
    return new Lazy(Lazy.Kind.GENERATOR, List.copyOf(Operations.walk(value)).reversed());
  }

  private static Value sort(Value value, Arguments arguments) {
    Bound bound = arguments.bind("sort", "reverse", "case_sensitive", "attribute");
    return Sequence.list(sorted(Operations.walk(value), key(bound), bound.flag("reverse", false)));
  }

  /// What items are compared by: an attribute of theirs, lower case unless asked otherwise.
  private static UnaryOperator<Value> key(Bound bound) {
    boolean caseSensitive = bound.flag("case_sensitive", false);
    Optional<Value> attribute = bound.given("attribute");
    return item -> sortKey(attribute.map(path -> byPaths(item, path)).orElse(item), caseSensitive);
  }

  private static Value byPaths(Value item, Value path) {
    if (path instanceof Str str && str.text().contains(",")) {
      throw new Fault("sorting by several attributes is not supported");
    }
    return Filters.path(item, path);
  }

  static Value sortKey(Value value, boolean caseSensitive) {
    return caseSensitive ? value : TextFilters.folded(value);
  }

  /// The items in order of their keys; equal ones stay in theirs.
  static List<Value> sorted(List<Value> items, UnaryOperator<Value> key, boolean reverse) {
    List<Value> keys = new ArrayList<>(items.size());
    items.forEach(item -> keys.add(key.apply(item)));
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      order.add(i);
    }
    try {
      order.sort((a, b) -> {
        int compared = Operations.order(keys.get(a), keys.get(b), "<");
        return reverse ? -compared : compared;
      });
    } catch (IllegalArgumentException e) {
      throw new Fault("items that have no order");
    }
    return order.stream().map(items::get).toList();
  }

  private static Value unique(Value value, Arguments arguments) {
    Bound bound = arguments.bind("unique", "case_sensitive", "attribute");
    UnaryOperator<Value> key = key(bound);
    List<Value> seen = new ArrayList<>();
    List<Value> kept = new ArrayList<>();
    for (Value item : Operations.walk(value)) {
      Value mark = key.apply(item);
      if (seen.size() > 10_000) {
        throw new Fault("unique: too many items");
      }
      if (seen.stream().noneMatch(other -> Operations.equal(other, mark))) {
        seen.add(mark);
        kept.add(item);
      }
    }
    return new Lazy(Lazy.Kind.GENERATOR, kept);
  }

  private static Value extreme(Value value, Arguments arguments, String name) {
    Bound bound = arguments.bind(name, "case_sensitive", "attribute");
    List<Value> sorted = sorted(Operations.walk(value), key(bound), name.equals("max"));
    return sorted.isEmpty()
        ? new Undefined("No aggregated item, sequence was empty.")
        : sorted.getFirst();
  }

  private static Value sum(Value value, Arguments arguments) {
    Bound bound = arguments.bind("sum", "attribute", "start");
    Value total = bound.or("start", new Int(0));
    for (Value item : Operations.walk(value)) {
      Value part = bound.given("attribute").map(path -> Filters.path(item, path)).orElse(item);
      if (!(part instanceof Undefined) && Operations.number(part).isEmpty()) {
        throw new Fault("sum needs numbers, found " + Operations.type(part));
      }
      total = Arithmetic.binary(Expr.Operator.ADD, total, part);
    }
    return total;
  }

  private static Value batch(Value value, Arguments arguments) {
    Bound bound = arguments.bind("batch", "linecount", "fill_with");
    long size = bound.integer("linecount", 0);
    if (size < 1 || size > Limits.RANGE) {
      throw new Fault("batch: 'linecount' must be from 1 to " + Limits.RANGE);
    }
    List<Value> items = Operations.walk(value);
    List<Value> batches = new ArrayList<>();
    for (int from = 0; from < items.size(); from += (int) size) {
      List<Value> row =
          new ArrayList<>(items.subList(from, (int) Math.min(items.size(), from + size)));
      bound
          .given("fill_with")
          .ifPresent(fill -> row.addAll(Collections.nCopies((int) (size - row.size()), fill)));
      batches.add(Sequence.list(row));
    }
    return new Lazy(Lazy.Kind.GENERATOR, batches);
  }

  /// `map("upper")` or `map(attribute="a.b", default=…)`
  private static Value map(Value value, Arguments arguments) {
    List<Value> made = new ArrayList<>();
    if (arguments.positional().isEmpty()) {
      Bound bound = arguments.bind("map", "attribute", "default");
      Value path = bound.required("attribute");
      for (Value item : Operations.walk(value)) {
        Value found = Filters.path(item, path);
        made.add(found instanceof Undefined ? bound.or("default", found) : found);
      }
    } else {
      String filter = name(arguments, "map");
      for (Value item : Operations.walk(value)) {
        made.add(Filters.apply(filter, item, arguments.rest()));
      }
    }
    return new Lazy(Lazy.Kind.GENERATOR, made);
  }

  private static String name(Arguments arguments, String what) {
    if (arguments.positional().getFirst() instanceof Str name) {
      return name.text();
    }
    throw new Fault(what + ": a name is needed first");
  }

  private static Value select(Value value, Arguments arguments, boolean wanted) {
    return filtered(value, item -> item, arguments, wanted);
  }

  private static Value selectAttribute(Value value, Arguments arguments, boolean wanted) {
    if (arguments.positional().isEmpty()) {
      throw new Fault("selectattr and rejectattr need an attribute's name");
    }
    Value path = arguments.positional().getFirst();
    return filtered(value, item -> Filters.path(item, path), arguments.rest(), wanted);
  }

  /// The items whose part passes the test named first, or is true where none is named.
  private static Value filtered(
      Value value, UnaryOperator<Value> part, Arguments arguments, boolean wanted) {
    List<Value> kept = new ArrayList<>();
    for (Value item : Operations.walk(value)) {
      Value asked = part.apply(item);
      boolean passes =
          arguments.positional().isEmpty()
              ? Operations.isTrue(asked)
              : Checks.test(name(arguments, "select"), asked, arguments.rest());
      if (passes == wanted) {
        kept.add(item);
      }
    }
    return new Lazy(Lazy.Kind.GENERATOR, kept);
  }
}
