package sirocco.text.grammar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A deterministic automaton over bytes; it starts in state 0. Edges of a state are sorted by their
/// bytes. Besides bytes a state may call rules, each at most once.
final class Dfa {
  private static final int DEAD = -1;

  private final int[] firstEdge;
  private final int[] low;
  private final int[] high;
  private final int[] target;
  private final int[] firstCall;
  private final int[] rule;
  private final int[] behind;
  private final BitSet accepting;

  private Dfa(Builder from) {
    firstEdge = ends(from.edges);
    low = column(from.edges, 0);
    high = column(from.edges, 1);
    target = column(from.edges, 2);
    firstCall = ends(from.calls);
    rule = column(from.calls, 0);
    behind = column(from.calls, 1);
    accepting = from.accepting;
  }

  /// The automaton of an expression without calls.
  static Dfa of(Expr expr, Budget budget) {
    Nfa nfa =
        new Nfa(
            budget,
            Map.of(),
            call -> {
              throw new IllegalArgumentException("a call of " + call.rule() + " in a plain text");
            });
    int start = nfa.newState();
    return new Subsets(nfa, nfa.add(expr, start), budget).build(start);
  }

  int states() {
    return firstEdge.length - 1;
  }

  int firstEdge(int state) {
    return firstEdge[state];
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

  int firstCall(int state) {
    return firstCall[state];
  }

  int rule(int call) {
    return rule[call];
  }

  int behind(int call) {
    return behind[call];
  }

  boolean accepts(int state) {
    return accepting.get(state);
  }

  /// Whether it accepts any text. It must not call rules.
  boolean matchesSomething() {
    BitSet reached = new BitSet();
    Deque<Integer> open = new ArrayDeque<>(List.of(0));
    while (!open.isEmpty()) {
      int state = open.remove();
      if (accepts(state)) {
        return true;
      }
      for (int e = firstEdge[state]; e < firstEdge[state + 1]; e++) {
        if (!reached.get(target[e])) {
          reached.set(target[e]);
          open.add(target[e]);
        }
      }
    }
    return false;
  }

  /// What both accept. Neither may call rules.
  Dfa and(Dfa other, Budget budget) {
    return product(other, false, budget);
  }

  /// What this one accepts and the other does not. Neither may call rules.
  Dfa minus(Dfa other, Budget budget) {
    return product(other, true, budget);
  }

  private Dfa product(Dfa other, boolean without, Budget budget) {
    Builder out = new Builder();
    Map<Long, Integer> numbers = new HashMap<>();
    Deque<Long> open = new ArrayDeque<>();
    numbers.put(0L, out.state(budget));
    open.add(0L);
    while (!open.isEmpty()) {
      long pair = open.remove();
      int from = numbers.getOrDefault(pair, 0);
      int mine = (int) (pair >> 32);
      int theirs = (int) pair;
      if (accepts(mine) && (theirs != DEAD && other.accepts(theirs)) != without) {
        out.accepting.set(from);
      }
      for (int[] edge : other.cut(theirs, this, mine)) {
        budget.work(1);
        if (edge[3] == DEAD && !without) {
          continue;
        }
        long key = ((long) edge[2] << 32) | (edge[3] & 0xFFFFFFFFL);
        Integer to = numbers.get(key);
        if (to == null) {
          to = out.state(budget);
          numbers.put(key, to);
          open.add(key);
        }
        out.edge(from, edge[0], edge[1], to);
      }
    }
    return out.build();
  }

  /// The edges of a state of `whole`, cut where one of this one's edges begins or ends: `{low,
  /// high, target there, target here or DEAD}`.
  private List<int[]> cut(int state, Dfa whole, int wholeState) {
    List<int[]> out = new ArrayList<>();
    int e = state == DEAD ? 0 : firstEdge[state];
    int end = state == DEAD ? 0 : firstEdge[state + 1];
    for (int w = whole.firstEdge[wholeState]; w < whole.firstEdge[wholeState + 1]; w++) {
      int from = whole.low[w];
      while (e < end && high[e] < from) {
        e++;
      }
      for (int i = e; i < end && low[i] <= whole.high[w]; i++) {
        if (low[i] > from) {
          out.add(new int[] {from, low[i] - 1, whole.target[w], DEAD});
        }
        int to = Math.min(high[i], whole.high[w]);
        out.add(new int[] {Math.max(low[i], from), to, whole.target[w], target[i]});
        from = to + 1;
      }
      if (from <= whole.high[w]) {
        out.add(new int[] {from, whole.high[w], whole.target[w], DEAD});
      }
    }
    return out;
  }

  private static int[] ends(List<List<int[]>> rows) {
    int[] out = new int[rows.size() + 1];
    for (int i = 0; i < rows.size(); i++) {
      out[i + 1] = out[i] + rows.get(i).size();
    }
    return out;
  }

  private static int[] column(List<List<int[]>> rows, int index) {
    return rows.stream().flatMap(List::stream).mapToInt(row -> row[index]).toArray();
  }

  /// An automaton in the making: edges of a state are added in the order of their bytes.
  static final class Builder {
    private final List<List<int[]>> edges = new ArrayList<>();
    private final List<List<int[]>> calls = new ArrayList<>();
    private final BitSet accepting = new BitSet();

    int state(Budget budget) {
      budget.state();
      edges.add(new ArrayList<>(2));
      calls.add(List.of());
      return edges.size() - 1;
    }

    void accept(int state) {
      accepting.set(state);
    }

    /// An edge; one that goes on where the last one ended, to the same state, becomes part of it.
    void edge(int from, int low, int high, int to) {
      List<int[]> all = edges.get(from);
      if (!all.isEmpty() && all.getLast()[1] == low - 1 && all.getLast()[2] == to) {
        all.getLast()[1] = high;
      } else {
        all.add(new int[] {low, high, to});
      }
    }

    void calls(int from, List<int[]> ruleAndBehind) {
      calls.set(from, ruleAndBehind);
    }

    Dfa build() {
      return new Dfa(this);
    }
  }
}
