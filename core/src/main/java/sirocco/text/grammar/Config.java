package sirocco.text.grammar;

import java.util.Arrays;

/// Where an automaton can be after some text: states that take bytes, each with the calls under
/// way. Equal ones of one [Configs] are the same object.
final class Config {
  final int[] states;
  final Stack[] stacks;

  /// Whether the text so far is complete.
  final boolean complete;

  /// Whether the calls above [Stack#BOTTOM] can be done.
  final boolean bottomed;

  /// How deep the calls of this and of what completes it go, those that were refused as too deep
  /// among them.
  final int depth;

  private final int hash;

  /// By class of byte; null where it is not known yet. Filled by [Configs].
  final Config[] next;

  Config(int[] states, Stack[] stacks, boolean complete, boolean bottomed, int depth, int classes) {
    this.states = states;
    this.stacks = stacks;
    this.complete = complete;
    this.bottomed = bottomed;
    this.depth = depth;
    this.next = new Config[classes];
    int mixed = Arrays.hashCode(states) * 4 + (complete ? 1 : 0) + (bottomed ? 2 : 0);
    for (Stack stack : stacks) {
      mixed = 31 * mixed + stack.hashCode();
    }
    this.hash = 31 * mixed + depth;
  }

  /// Lets go of what follows.
  void forget() {
    Arrays.fill(next, null);
  }

  /// Whether it can neither go on nor end.
  boolean isDead() {
    return states.length == 0 && !complete && !bottomed;
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof Config that
            && hash == that.hash
            && complete == that.complete
            && bottomed == that.bottomed
            && depth == that.depth
            && Arrays.equals(states, that.states)
            && Arrays.equals(stacks, that.stacks));
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
