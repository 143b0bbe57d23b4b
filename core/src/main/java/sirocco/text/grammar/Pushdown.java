package sirocco.text.grammar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;

/// A grammar as an automaton: one [Dfa] a rule, side by side, whose states also call rules.
/// Immutable.
final class Pushdown {
  /// Height of a state from which no text is complete.
  static final int NEVER = Integer.MAX_VALUE;

  private final List<String> rules;
  private final List<Dfa> bodies;

  /// First state of a rule's body, and one behind the last.
  private final int[] base;

  private final int[] ruleOf;
  private final int[] height;
  private final BitSet nullable = new BitSet();
  private final int depthLimit;

  /// Bytes that no state tells apart have one class.
  private final int[] byteClass = new int[256];

  private final int byteClasses;

  /// @param rules the names, the root first
  /// @param depthLimit how deeply calls may be within each other
  /// @throws GrammarException if no text matches or a rule begins with itself
  Pushdown(List<String> rules, List<Dfa> bodies, int depthLimit) {
    this.rules = rules;
    this.bodies = List.copyOf(bodies);
    this.depthLimit = depthLimit;
    base = new int[bodies.size() + 1];
    for (int i = 0; i < bodies.size(); i++) {
      base[i + 1] = base[i] + bodies.get(i).states();
    }
    ruleOf = new int[states()];
    for (int i = 0; i < bodies.size(); i++) {
      Arrays.fill(ruleOf, base[i], base[i + 1], i);
    }
    byteClasses = classify();
    height = new int[states()];
    findHeights();
    if (height[0] > depthLimit) {
      throw new GrammarException(
          height[0] == NEVER
              ? "no text matches"
              : "every text that matches nests deeper than " + depthLimit + " calls");
    }
    findNullable();
    refuseLeftRecursion();
  }

  int states() {
    return base[bodies.size()];
  }

  int start(int rule) {
    return base[rule];
  }

  /// How deeply calls may be within each other.
  int depthLimit() {
    return depthLimit;
  }

  int byteClasses() {
    return byteClasses;
  }

  int byteClass(byte b) {
    return byteClass[b & 0xFF];
  }

  /// How deeply calls are within each other at least until the rule of this state is done.
  int height(int state) {
    return height[state];
  }

  boolean accepts(int state) {
    return body(state).accepts(local(state));
  }

  /// Whether a state is the end of its rule and nothing else.
  boolean ends(int state) {
    return accepts(state) && !takesBytes(state) && calls(state) == 0;
  }

  boolean takesBytes(int state) {
    return edges(state) > 0;
  }

  /// How many edges a state has.
  int edges(int state) {
    Dfa body = body(state);
    return body.firstEdge(local(state) + 1) - body.firstEdge(local(state));
  }

  int low(int state, int edge) {
    return body(state).low(body(state).firstEdge(local(state)) + edge);
  }

  int high(int state, int edge) {
    return body(state).high(body(state).firstEdge(local(state)) + edge);
  }

  int target(int state, int edge) {
    int rule = ruleOf[state];
    Dfa body = bodies.get(rule);
    return base[rule] + body.target(body.firstEdge(state - base[rule]) + edge);
  }

  /// The state behind a byte, or -1.
  int step(int state, int b) {
    int rule = ruleOf[state];
    Dfa body = bodies.get(rule);
    int end = body.firstEdge(state - base[rule] + 1);
    for (int e = body.firstEdge(state - base[rule]); e < end; e++) {
      if (b <= body.high(e)) {
        return b >= body.low(e) ? base[rule] + body.target(e) : -1;
      }
    }
    return -1;
  }

  /// How many rules a state calls.
  int calls(int state) {
    Dfa body = body(state);
    return body.firstCall(local(state) + 1) - body.firstCall(local(state));
  }

  /// The rule that call number `call` of a state calls.
  int called(int state, int call) {
    return body(state).rule(body(state).firstCall(local(state)) + call);
  }

  /// The state behind call number `call` of a state.
  int behind(int state, int call) {
    Dfa body = body(state);
    return base[ruleOf[state]] + body.behind(body.firstCall(local(state)) + call);
  }

  /// Whether a rule matches the empty text.
  boolean isNullable(int rule) {
    return nullable.get(rule);
  }

  private Dfa body(int state) {
    return bodies.get(ruleOf[state]);
  }

  private int local(int state) {
    return state - base[ruleOf[state]];
  }

  private int classify() {
    BitSet starts = new BitSet();
    for (int state = 0; state < states(); state++) {
      for (int e = 0; e < edges(state); e++) {
        starts.set(low(state, e));
        starts.set(high(state, e) + 1);
      }
    }
    int number = 0;
    for (int b = 0; b < 256; b++) {
      number += b > 0 && starts.get(b) ? 1 : 0;
      byteClass[b] = number;
    }
    return number + 1;
  }

  /// How deep a call is below its state: a call with nothing behind it does not come back.
  int callDepth(int behind) {
    return ends(behind) ? 0 : 1;
  }

  /// Level by level: the states from which an end is reached with calls no higher than the level.
  private void findHeights() {
    Arrays.fill(height, NEVER);
    int[][] before = reversed();
    int[] callers = IntStream.range(0, states()).filter(s -> calls(s) > 0).toArray();
    Deque<Integer> open = new ArrayDeque<>();
    IntStream.range(0, states()).filter(this::accepts).forEach(state -> reach(state, 0, open));
    boolean more = true;
    for (int level = 0; more; level++) {
      more = level == 0;
      do {
        while (!open.isEmpty()) {
          for (int state : before[open.remove()]) {
            // An edge takes a state to a known one; a call only if the rule is known as well.
            if (reachesByByte(state) || bestCall(state) <= level) {
              reach(state, level, open);
            }
          }
        }
        for (int state : callers) {
          if (bestCall(state) <= level) {
            reach(state, level, open);
          }
        }
        more |= !open.isEmpty();
      } while (!open.isEmpty());
    }
  }

  private void reach(int state, int level, Deque<Integer> open) {
    if (height[state] == NEVER) {
      height[state] = level;
      open.add(state);
    }
  }

  private boolean reachesByByte(int state) {
    for (int e = 0; e < edges(state); e++) {
      if (height[target(state, e)] != NEVER) {
        return true;
      }
    }
    return false;
  }

  private int bestCall(int state) {
    int best = NEVER;
    for (int c = 0; c < calls(state); c++) {
      int callee = height[start(called(state, c))];
      int rest = height[behind(state, c)];
      if (callee != NEVER && rest != NEVER) {
        best = Math.min(best, Math.max(rest, callee + callDepth(behind(state, c))));
      }
    }
    return best;
  }

  /// The states from which an edge or a call leads to each state.
  private int[][] reversed() {
    List<List<Integer>> from = new ArrayList<>();
    for (int state = 0; state < states(); state++) {
      from.add(new ArrayList<>(2));
    }
    for (int state = 0; state < states(); state++) {
      for (int e = 0; e < edges(state); e++) {
        from.get(target(state, e)).add(state);
      }
      for (int c = 0; c < calls(state); c++) {
        from.get(behind(state, c)).add(state);
      }
    }
    return from.stream()
        .map(all -> all.stream().mapToInt(Integer::intValue).toArray())
        .toArray(int[][]::new);
  }

  private void findNullable() {
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int rule = 0; rule < rules.size(); rule++) {
        if (!nullable.get(rule) && freely(rule, new BitSet()).stream().anyMatch(this::accepts)) {
          nullable.set(rule);
          changed = true;
        }
      }
    }
  }

  /// The states of a rule that are reached without a byte.
  ///
  /// @param called gets the rules that they call
  private BitSet freely(int rule, BitSet called) {
    BitSet reached = new BitSet();
    Deque<Integer> open = new ArrayDeque<>(List.of(start(rule)));
    while (!open.isEmpty()) {
      int state = open.remove();
      if (reached.get(state)) {
        continue;
      }
      reached.set(state);
      for (int c = 0; c < calls(state); c++) {
        called.set(called(state, c));
        if (nullable.get(called(state, c))) {
          open.add(behind(state, c));
        }
      }
    }
    return reached;
  }

  /// A rule that calls itself before any byte would push calls without end.
  private void refuseLeftRecursion() {
    BitSet[] first = new BitSet[rules.size()];
    Arrays.setAll(
        first,
        rule -> {
          BitSet called = new BitSet();
          freely(rule, called);
          return called;
        });
    BitSet done = new BitSet();
    for (int rule = 0; rule < rules.size(); rule++) {
      visit(rule, first, new BitSet(), done);
    }
  }

  private void visit(int rule, BitSet[] first, BitSet above, BitSet done) {
    if (above.get(rule)) {
      throw new GrammarException(
          "rule "
              + rules.get(rule)
              + " begins with itself (left recursion); put something before the call, or write it"
              + " as a repetition");
    }
    if (done.get(rule)) {
      return;
    }
    above.set(rule);
    first[rule].stream().forEach(next -> visit(next, first, above, done));
    above.clear(rule);
    done.set(rule);
  }
}
