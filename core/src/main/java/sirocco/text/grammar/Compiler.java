package sirocco.text.grammar;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Makes an automaton of rules. A rule that never comes back to itself is laid down in place of its
/// calls while that costs little; the others are called.
final class Compiler {
  /// The most rules a grammar may have.
  static final int RULES = 2000;

  /// How many states the copies of one rule may make.
  private static final long COPIES = 4000;

  /// How deeply rules are laid down within each other.
  private static final int NESTING = 50;

  private final Map<String, Expr> rules;
  private final Budget budget;
  private final long copies;
  private final Map<String, Expr> inlined = new HashMap<>();
  private final Map<String, Long> sizes = new HashMap<>();
  private final Map<String, Integer> nesting = new HashMap<>();
  private final Map<String, Long> uses = new HashMap<>();

  private Compiler(Map<String, Expr> rules, Budget budget, long copies) {
    this.rules = rules;
    this.budget = budget;
    this.copies = copies;
  }

  /// The automaton of what a rule says.
  ///
  /// @param rules every one that is called, by name
  /// @param depth how deeply calls may be within each other
  static Pushdown compile(Map<String, Expr> rules, String root, int depth) {
    if (rules.size() > RULES) {
      throw new GrammarException("expected at most " + RULES + " rules, found " + rules.size());
    }
    Parts parts;
    try {
      parts = new Compiler(rules, Budget.ofTrial(), COPIES).bodies(root);
    } catch (GrammarException tooDear) {
      // Rules within each other can have very many readings at once; called, each has its own.
      parts = new Compiler(rules, new Budget(), 0).bodies(root);
    }
    return new Pushdown(parts.rules, parts.bodies, depth);
  }

  private record Parts(List<String> rules, List<Dfa> bodies) {}

  private Parts bodies(String root) {
    rules.values().forEach(body -> count(body, 1));
    List<String> kept = new ArrayList<>();
    decide(root, new HashSet<>(), new HashSet<>(), kept);
    kept.remove(root);
    kept.addFirst(root);
    inlined.remove(root);
    Map<String, Integer> numbers = new LinkedHashMap<>();
    kept.forEach(rule -> numbers.put(rule, numbers.size()));
    List<Dfa> bodies = new ArrayList<>();
    for (String rule : kept) {
      Nfa nfa = new Nfa(budget, inlined, call -> numbers.getOrDefault(call.rule(), -1));
      int start = nfa.newState();
      int end = nfa.add(body(rule), start);
      bodies.add(new Subsets(nfa, end, budget).build(start));
    }
    return new Parts(List.copyOf(kept), bodies);
  }

  private Expr body(String rule) {
    return Optional.ofNullable(rules.get(rule))
        .orElseThrow(() -> new GrammarException("rule " + rule + " is called but not defined"));
  }

  private void count(Expr expr, long times) {
    switch (expr) {
      case Expr.Call call -> uses.merge(call.rule(), times, Long::sum);
      case Expr.Sequence sequence -> sequence.parts().forEach(part -> count(part, times));
      case Expr.Choice choice -> choice.branches().forEach(branch -> count(branch, times));
      case Expr.Repeat repeat -> count(repeat.body(), Math.min(COPIES, times * times(repeat)));
      case Expr.Listing listing -> {
        listing.entries().forEach(entry -> count(entry.body(), times));
        listing.more().forEach(more -> count(more, times));
        count(listing.separator(), times);
      }
      case Expr.Chars chars -> {}
      case Expr.Text text -> {}
      case Expr.Regular regular -> {}
    }
  }

  private static long times(Expr.Repeat repeat) {
    return repeat.most() == Expr.UNBOUNDED ? repeat.least() + 1L : repeat.most();
  }

  /// Goes through what a rule calls, and decides about it when all that is decided.
  private void decide(String rule, Set<String> entered, Set<String> left, List<String> kept) {
    entered.add(rule);
    Expr body = body(rule);
    boolean[] recursive = {false};
    List<String> called = new ArrayList<>();
    calls(body, called);
    int deepest = 0;
    for (String callee : called) {
      if (!entered.contains(callee)) {
        decide(callee, entered, left, kept);
      }
      recursive[0] |= !left.contains(callee);
      deepest =
          Math.max(deepest, inlined.containsKey(callee) ? nesting.getOrDefault(callee, 0) : 0);
    }
    left.add(rule);
    long size = size(body);
    long times = uses.getOrDefault(rule, 1L);
    boolean cheap = copies > 0 && (times <= 1 || times * size <= copies);
    nesting.put(rule, deepest + 1);
    sizes.put(rule, size);
    if (!recursive[0] && cheap && deepest < NESTING) {
      inlined.put(rule, body);
    } else {
      kept.add(rule);
    }
  }

  private static void calls(Expr expr, List<String> out) {
    switch (expr) {
      case Expr.Call call -> out.add(call.rule());
      case Expr.Sequence sequence -> sequence.parts().forEach(part -> calls(part, out));
      case Expr.Choice choice -> choice.branches().forEach(branch -> calls(branch, out));
      case Expr.Repeat repeat -> calls(repeat.body(), out);
      case Expr.Listing listing -> {
        listing.entries().forEach(entry -> calls(entry.body(), out));
        listing.more().forEach(more -> calls(more, out));
        calls(listing.separator(), out);
      }
      case Expr.Chars chars -> {}
      case Expr.Text text -> {}
      case Expr.Regular regular -> {}
    }
  }

  /// About how many states an expression makes.
  private long size(Expr expr) {
    return switch (expr) {
      case Expr.Chars chars -> 2L + chars.set().ranges().size();
      case Expr.Text text -> text.text().length();
      case Expr.Sequence sequence -> sum(sequence.parts());
      case Expr.Choice choice -> 1 + sum(choice.branches());
      case Expr.Repeat repeat ->
          Math.min(Budget.STATES, size(repeat.body()) * Math.max(1, times(repeat)));
      case Expr.Listing listing ->
          sum(listing.entries().stream().map(Expr.Entry::body).toList())
              + sum(listing.more())
              + size(listing.separator()) * (listing.entries().size() + listing.more().size());
      case Expr.Call call ->
          inlined.containsKey(call.rule()) ? sizes.getOrDefault(call.rule(), 1L) : 1;
      case Expr.Regular regular -> regular.dfa().states();
    };
  }

  private long sum(List<Expr> parts) {
    return Math.min(Budget.STATES, parts.stream().mapToLong(this::size).sum());
  }
}
