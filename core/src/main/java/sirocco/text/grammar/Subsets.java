package sirocco.text.grammar;

import java.nio.IntBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// Makes an [Nfa] deterministic: a state stands for the set of states that the other can be in.
/// Calls of rules are treated as bytes are, so texts that begin with the same calls share them.
final class Subsets {
  private final Nfa nfa;
  private final int end;
  private final Budget budget;
  private final Dfa.Builder out = new Dfa.Builder();
  private final Map<IntBuffer, Integer> numbers = new HashMap<>();
  private final Deque<int[]> open = new ArrayDeque<>();

  /// When a state was last put into the set that is being closed.
  private final int[] seen;

  private int round;
  private int[] set = new int[16];

  Subsets(Nfa nfa, int end, Budget budget) {
    this.nfa = nfa;
    this.end = end;
    this.budget = budget;
    this.seen = new int[nfa.states()];
  }

  Dfa build(int start) {
    number(close(new int[] {start}, 1));
    while (!open.isEmpty()) {
      int[] members = open.remove();
      int from = numbers.getOrDefault(IntBuffer.wrap(members), 0);
      if (Arrays.binarySearch(members, end) >= 0) {
        out.accept(from);
      }
      bytes(members, from);
      calls(members, from);
    }
    return out.build();
  }

  private int number(int[] members) {
    IntBuffer key = IntBuffer.wrap(members);
    Integer known = numbers.get(key);
    if (known == null) {
      known = out.state(budget);
      budget.keep(members.length);
      numbers.put(key, known);
      open.add(members);
    }
    return known;
  }

  /// Adds what is reached for free, and keeps of it the states that take something and the end.
  private int[] close(int[] from, int count) {
    round++;
    int size = 0;
    for (int i = 0; i < count; i++) {
      size = put(from[i], size);
    }
    for (int i = 0; i < size; i++) {
      for (int e = nfa.firstEdge(set[i]); e >= 0; e = nfa.nextEdge(e)) {
        budget.work(1);
        if (nfa.low(e) == Nfa.FREE) {
          size = put(nfa.target(e), size);
        }
      }
    }
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (set[i] == end || takes(set[i])) {
        set[kept++] = set[i];
      }
    }
    int[] members = Arrays.copyOf(set, kept);
    Arrays.sort(members);
    return members;
  }

  private int put(int state, int size) {
    if (seen[state] == round) {
      return size;
    }
    seen[state] = round;
    if (size == set.length) {
      set = Arrays.copyOf(set, 2 * size);
    }
    set[size] = state;
    return size + 1;
  }

  private boolean takes(int state) {
    for (int e = nfa.firstEdge(state); e >= 0; e = nfa.nextEdge(e)) {
      if (nfa.low(e) != Nfa.FREE) {
        return true;
      }
    }
    return false;
  }

  private void bytes(int[] members, int from) {
    List<int[]> edges = new ArrayList<>();
    TreeSet<Integer> cuts = new TreeSet<>();
    for (int state : members) {
      for (int e = nfa.firstEdge(state); e >= 0; e = nfa.nextEdge(e)) {
        if (nfa.low(e) >= 0) {
          edges.add(new int[] {nfa.low(e), nfa.high(e), nfa.target(e)});
          cuts.add(nfa.low(e));
          cuts.add(nfa.high(e) + 1);
        }
      }
    }
    int[] targets = new int[edges.size()];
    for (Integer low : cuts) {
      Integer next = cuts.higher(low);
      if (next == null) {
        return;
      }
      int count = 0;
      budget.work(edges.size());
      for (int[] edge : edges) {
        if (edge[0] <= low && low <= edge[1]) {
          targets[count++] = edge[2];
        }
      }
      if (count > 0) {
        out.edge(from, low, next - 1, number(close(targets, count)));
      }
    }
  }

  private void calls(int[] members, int from) {
    Map<Integer, List<Integer>> behind = new TreeMap<>();
    for (int state : members) {
      for (int e = nfa.firstEdge(state); e >= 0; e = nfa.nextEdge(e)) {
        if (nfa.low(e) < Nfa.FREE) {
          behind.computeIfAbsent(-2 - nfa.low(e), r -> new ArrayList<>()).add(nfa.target(e));
        }
      }
    }
    if (!behind.isEmpty()) {
      List<int[]> calls = new ArrayList<>();
      behind.forEach((rule, targets) -> {
        int[] all = targets.stream().mapToInt(Integer::intValue).toArray();
        calls.add(new int[] {rule, number(close(all, all.length))});
      });
      out.calls(from, calls);
    }
  }
}
