package sirocco.text.grammar;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// Runs a [Pushdown], and remembers what followed what: the deterministic automaton over bytes,
/// made as far as it is visited. Not for two threads at once.
final class Configs {
  /// The most states at once; readings beyond that are given up. Only grammars that can read a text
  /// in very many ways get there.
  static final int MOST_STATES = 512;

  private final Pushdown pushdown;
  private final Stack.Table stacks = new Stack.Table();
  private final Map<Config, Config> known = new HashMap<>();
  private final Config dead;

  /// The configuration that is being made: the calls under way by state.
  private final TreeMap<Integer, Stack> reached = new TreeMap<>();

  private final Deque<Integer> open = new ArrayDeque<>();
  private boolean complete;
  private boolean bottomed;
  private int depth;

  Configs(Pushdown pushdown) {
    this.pushdown = pushdown;
    this.dead = new Config(new int[0], new Stack[0], false, false, 0, 0);
  }

  /// How much is remembered, in objects.
  int size() {
    return known.size() + stacks.size();
  }

  /// Before any text.
  Config start() {
    reach(pushdown.start(0), Stack.EMPTY);
    return finish();
  }

  /// After one more byte; the dead one if it does not fit.
  Config step(Config from, byte b) {
    int byteClass = pushdown.byteClass(b);
    if (from.next.length == 0) {
      return dead;
    }
    Config next = from.next[byteClass];
    if (next == null) {
      for (int i = 0; i < from.states.length; i++) {
        int target = pushdown.step(from.states[i], b & 0xFF);
        if (target >= 0) {
          reach(target, from.stacks[i]);
        }
      }
      next = finish();
      from.next[byteClass] = next;
    }
    return next;
  }

  /// The same with the calls from `ground` downwards taken for [Stack#BOTTOM].
  Config above(Stack ground, Config config) {
    for (int i = 0; i < config.states.length; i++) {
      reach(config.states[i], stacks.rebase(config.stacks[i], ground, Stack.BOTTOM));
    }
    return finish();
  }

  /// One state with nothing known below it.
  Config above(int state) {
    reach(state, Stack.BOTTOM);
    return finish();
  }

  /// When the call on top is done.
  Config after(Stack stack) {
    comeBack(stack);
    return finish();
  }

  private void comeBack(Stack stack) {
    complete |= stack.hasEmpty();
    bottomed |= stack.hasBottom();
    for (int i = 0; i < stack.frames(); i++) {
      reach(stack.returnTo(i), stack.below(i));
    }
  }

  private void reach(int state, Stack stack) {
    if (!fits(pushdown.height(state), stack)) {
      return;
    }
    Stack before = reached.get(state);
    if (before == null && reached.size() >= MOST_STATES) {
      return;
    }
    Stack now = before == null ? stack : stacks.union(before, stack);
    if (before == null || !now.equals(before)) {
      reached.put(state, now);
      open.add(state);
    }
  }

  /// Whether what is left to do on top of a stack is not too deep.
  private boolean fits(int height, Stack stack) {
    if (height == Pushdown.NEVER) {
      return false;
    }
    depth = Math.max(depth, stack.depth() + height);
    return stack.depth() + height <= pushdown.depthLimit();
  }

  private Config finish() {
    while (!open.isEmpty()) {
      int state = open.remove();
      Stack stack = reached.getOrDefault(state, Stack.EMPTY);
      if (pushdown.accepts(state)) {
        comeBack(stack);
      }
      for (int call = 0; call < pushdown.calls(state); call++) {
        call(state, call, stack);
      }
    }
    reached.keySet().removeIf(state -> !pushdown.takesBytes(state));
    boolean alive = !reached.isEmpty() || complete || bottomed;
    Config made = alive ? intern() : dead;
    reached.clear();
    complete = false;
    bottomed = false;
    depth = 0;
    return made;
  }

  private void call(int state, int call, Stack stack) {
    int behind = pushdown.behind(state, call);
    int start = pushdown.start(pushdown.called(state, call));
    if (pushdown.callDepth(behind) == 0) {
      reach(start, stack);
    } else if (fits(pushdown.height(behind), stack)) {
      reach(start, stacks.push(behind, stack));
    }
  }

  private Config intern() {
    int[] states = new int[reached.size()];
    Stack[] under = new Stack[states.length];
    int i = 0;
    for (Map.Entry<Integer, Stack> entry : reached.entrySet()) {
      states[i] = entry.getKey();
      under[i++] = entry.getValue();
    }
    int classes = states.length == 0 ? 0 : pushdown.byteClasses();
    Config made = new Config(states, under, complete, bottomed, depth, classes);
    Config before = known.putIfAbsent(made, made);
    return before == null ? made : before;
  }
}
