package sirocco.text.grammar;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// The calls that are under way: a set of stacks, put together where they are alike, so that a
/// grammar with many readings of a text has few of these. Immutable; equal ones of one [Table] are
/// the same object.
final class Stack {
  /// No call is under way: behind the end of the root rule the text is complete.
  static final Stack EMPTY = new Stack(true, false, new int[0], new Stack[0]);

  /// Calls that are left out of the account.
  static final Stack BOTTOM = new Stack(false, true, new int[0], new Stack[0]);

  private final boolean empty;
  private final boolean bottom;

  /// Where the top calls come back to, sorted, and what lies below each.
  private final int[] returns;

  private final Stack[] below;
  private final int depth;
  private final int hash;

  private Stack(boolean empty, boolean bottom, int[] returns, Stack[] below) {
    this.empty = empty;
    this.bottom = bottom;
    this.returns = returns;
    this.below = below;
    int deepest = 0;
    int mixed = 31 * Arrays.hashCode(returns) + (empty ? 1 : 0) + (bottom ? 2 : 0);
    for (Stack each : below) {
      deepest = Math.max(deepest, each.depth + 1);
      mixed = 31 * mixed + each.hash;
    }
    depth = deepest;
    hash = mixed;
  }

  /// Whether one of the stacks is [#EMPTY].
  boolean hasEmpty() {
    return empty;
  }

  /// Whether one of the stacks is [#BOTTOM].
  boolean hasBottom() {
    return bottom;
  }

  /// How many different states the top calls come back to.
  int frames() {
    return returns.length;
  }

  int returnTo(int frame) {
    return returns[frame];
  }

  Stack below(int frame) {
    return below[frame];
  }

  /// Calls of the deepest of the stacks.
  int depth() {
    return depth;
  }

  /// Whether it is one stack with a call on it.
  boolean isChain() {
    return returns.length == 1 && !empty && !bottom;
  }

  @Override
  public boolean equals(Object other) {
    if (this == other) {
      return true;
    }
    if (!(other instanceof Stack that)
        || hash != that.hash
        || empty != that.empty
        || bottom != that.bottom
        || !Arrays.equals(returns, that.returns)) {
      return false;
    }
    for (int i = 0; i < below.length; i++) {
      if (below[i] != that.below[i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /// Makes stacks and knows them all. Not for two threads at once.
  static final class Table {
    private final Map<Stack, Stack> known = new HashMap<>();
    private final Map<Pair, Stack> unions = new HashMap<>();

    private record Pair(Stack left, Stack right) {}

    int size() {
      return known.size() + unions.size();
    }

    Stack push(int returnTo, Stack below) {
      return intern(new Stack(false, false, new int[] {returnTo}, new Stack[] {below}));
    }

    private Stack intern(Stack stack) {
      Stack before = known.putIfAbsent(stack, stack);
      return before == null ? stack : before;
    }

    /// The stacks of both.
    Stack union(Stack left, Stack right) {
      if (left.equals(right)) {
        return left;
      }
      Pair pair = new Pair(left, right);
      Stack done = unions.get(pair);
      if (done == null) {
        done = merge(left, right);
        unions.put(pair, done);
      }
      return done;
    }

    private Stack merge(Stack left, Stack right) {
      int[] returns = new int[left.frames() + right.frames()];
      Stack[] below = new Stack[returns.length];
      int size = 0;
      int l = 0;
      int r = 0;
      while (l < left.frames() || r < right.frames()) {
        int ofLeft = l < left.frames() ? left.returns[l] : Integer.MAX_VALUE;
        int ofRight = r < right.frames() ? right.returns[r] : Integer.MAX_VALUE;
        returns[size] = Math.min(ofLeft, ofRight);
        if (ofLeft == ofRight) {
          below[size++] = union(left.below[l++], right.below[r++]);
        } else {
          below[size++] = ofLeft < ofRight ? left.below[l++] : right.below[r++];
        }
      }
      return intern(
          new Stack(
              left.empty || right.empty,
              left.bottom || right.bottom,
              Arrays.copyOf(returns, size),
              Arrays.copyOf(below, size)));
    }

    /// A chain of calls on another ground.
    ///
    /// @param top what lies above `ground`, one call a time
    Stack rebase(Stack top, Stack ground, Stack other) {
      return top.equals(ground) ? other : push(top.returns[0], rebase(top.below[0], ground, other));
    }
  }
}
