package sirocco.text.grammar;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToIntFunction;

/// A nondeterministic automaton over bytes and calls of rules: expressions are laid down in it
/// piece by piece (Thompson's construction), and [Subsets] makes it deterministic.
final class Nfa {
  /// As [#low] of an edge: it takes nothing.
  static final int FREE = -1;

  private final Budget budget;
  private final ToIntFunction<Expr.Call> calls;
  private final Map<String, Expr> inlined;
  private int states;
  private int edges;

  /// First edge of a state and next edge of an edge, or -1.
  private int[] first = new int[64];

  private int[] next = new int[64];

  /// What an edge takes: bytes low to high; [#FREE]; or a call of rule `-2 - low`.
  private int[] low = new int[64];

  private int[] high = new int[64];
  private int[] target = new int[64];

  /// @param inlined rules whose expression stands in for every call of them
  /// @param calls the number of every other rule
  Nfa(Budget budget, Map<String, Expr> inlined, ToIntFunction<Expr.Call> calls) {
    this.budget = budget;
    this.inlined = inlined;
    this.calls = calls;
  }

  int newState() {
    budget.state();
    if (states == first.length) {
      first = Arrays.copyOf(first, 2 * states);
    }
    first[states] = -1;
    return states++;
  }

  int states() {
    return states;
  }

  int firstEdge(int state) {
    return first[state];
  }

  int nextEdge(int edge) {
    return next[edge];
  }

  int low(int edge) {
    return low[edge];
  }

  int high(int edge) {
    return high[edge];
  }

  int target(int edge) {
    return target[edge];
  }

  private void edge(int from, int lowest, int highest, int to) {
    budget.work(1);
    if (edges == next.length) {
      int more = 2 * edges;
      next = Arrays.copyOf(next, more);
      low = Arrays.copyOf(low, more);
      high = Arrays.copyOf(high, more);
      target = Arrays.copyOf(target, more);
    }
    next[edges] = first[from];
    low[edges] = lowest;
    high[edges] = highest;
    target[edges] = to;
    first[from] = edges++;
  }

  private void free(int from, int to) {
    edge(from, FREE, FREE, to);
  }

  /// Lays down an expression behind a state; returns the state behind it.
  int add(Expr expr, int from) {
    return switch (expr) {
      case Expr.Chars chars -> chars(chars.set(), from);
      case Expr.Text text -> text(text.text(), from);
      case Expr.Sequence sequence -> {
        int at = from;
        for (Expr part : sequence.parts()) {
          at = add(part, at);
        }
        yield at;
      }
      case Expr.Choice choice -> {
        int end = newState();
        for (Expr branch : choice.branches()) {
          int start = newState();
          free(from, start);
          free(add(branch, start), end);
        }
        yield end;
      }
      case Expr.Repeat repeat -> repeat(repeat, from);
      case Expr.Listing listing -> listing(listing, from);
      case Expr.Call call -> call(call, from);
      case Expr.Regular regular -> regular(regular.dfa(), from);
    };
  }

  private int chars(CharSet set, int from) {
    int end = newState();
    // Characters that end alike share the states of their last bytes.
    Map<String, Integer> before = new HashMap<>();
    for (int[] form : set.utf8()) {
      int to = end;
      for (int i = form.length - 2; i > 0; i -= 2) {
        String rest = Arrays.toString(Arrays.copyOfRange(form, i, form.length));
        Integer known = before.get(rest);
        if (known == null) {
          known = newState();
          edge(known, form[i], form[i + 1], to);
          before.put(rest, known);
        }
        to = known;
      }
      edge(from, form[0], form[1], to);
    }
    return end;
  }

  private int text(String text, int from) {
    int at = from;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      int to = newState();
      edge(at, b & 0xFF, b & 0xFF, to);
      at = to;
    }
    return at;
  }

  private int repeat(Expr.Repeat repeat, int from) {
    int at = from;
    for (int i = 0; i < repeat.least(); i++) {
      budget.work(1);
      at = add(repeat.body(), at);
    }
    if (repeat.most() == Expr.UNBOUNDED) {
      int loop = newState();
      free(at, loop);
      free(add(repeat.body(), loop), loop);
      int end = newState();
      free(loop, end);
      return end;
    }
    int end = newState();
    for (int i = repeat.least(); i < repeat.most(); i++) {
      budget.work(1);
      free(at, end);
      // A state of its own, or a loop in the body could come back and leave for the end.
      int start = newState();
      free(at, start);
      at = add(repeat.body(), start);
    }
    free(at, end);
    return end;
  }

  /// Two lanes, "nothing so far" and "something": an entry is laid down once and entered from both.
  private int listing(Expr.Listing listing, int from) {
    int none = newState();
    free(from, none);
    int some = newState();
    for (Expr.Entry entry : listing.entries()) {
      int body = newState();
      free(none, body);
      free(add(listing.separator(), some), body);
      int nextNone = newState();
      int nextSome = newState();
      free(add(entry.body(), body), nextSome);
      if (!entry.required()) {
        free(none, nextNone);
        free(some, nextSome);
      }
      none = nextNone;
      some = nextSome;
    }
    for (Expr more : listing.more()) {
      int body = newState();
      free(none, body);
      free(add(listing.separator(), some), body);
      free(add(more, body), some);
    }
    int end = newState();
    free(none, end);
    free(some, end);
    return end;
  }

  private int call(Expr.Call call, int from) {
    Expr body = inlined.get(call.rule());
    if (body != null) {
      return add(body, from);
    }
    int to = newState();
    edge(from, -2 - calls.applyAsInt(call), 0, to);
    return to;
  }

  private int regular(Dfa dfa, int from) {
    int base = states;
    for (int i = 0; i < dfa.states(); i++) {
      newState();
    }
    int end = newState();
    free(from, base);
    for (int i = 0; i < dfa.states(); i++) {
      for (int e = dfa.firstEdge(i); e < dfa.firstEdge(i + 1); e++) {
        edge(base + i, dfa.low(e), dfa.high(e), base + dfa.target(e));
      }
      if (dfa.accepts(i)) {
        free(base + i, end);
      }
    }
    return end;
  }
}
