package sirocco.engine;

import sirocco.model.Output;
import sirocco.model.Routing;

/// Speculative decoding without a second model (prompt lookup, A. Saxena 2023): where the last few
/// tokens have stood before, what followed them is guessed to follow again, and one pass checks the
/// whole guess. The tokens are those that would come without it, whatever the sampling: each is
/// drawn as ever, and a guess only counts if it is what was drawn.
///
/// In a mixture every token of the guess brings experts of its own, so a pass that checks costs
/// more than a pass that does not, and a guess has to be right often enough to pay. That is
/// measured, and while it does not pay nothing is guessed.
final class PromptLookup {
  /// The longest run of tokens that is looked for, and the shortest.
  private static final int LONGEST = 4;

  private static final int SHORTEST = 2;

  /// Passes of each kind that are looked at before anything is concluded.
  private static final int ENOUGH = 4;

  /// How much the newest pass counts in the means.
  private static final double NEWEST = 0.2;

  /// Tokens made without a guess after guessing did not pay, and at most.
  private static final int PAUSE = 16;

  private static final int LONGEST_PAUSE = 512;

  private final int most;
  private final Cost plain = new Cost();
  private final Cost guessed = new Cost();
  private int rest;
  private int pause = PAUSE;
  private int passes;
  private int proposed;
  private int accepted;
  private double experts;
  private int expertPasses;

  /// @param most tokens of a guess; 0 for none
  PromptLookup(int most) {
    this.most = most;
  }

  /// Nanoseconds a token, of one kind of pass.
  private static final class Cost {
    private double mean;
    private int passes;

    void add(double nanos) {
      mean = passes == 0 ? nanos : mean + NEWEST * (nanos - mean);
      passes++;
    }

    boolean known() {
      return passes >= ENOUGH;
    }
  }

  /// What may follow, at most `limit` tokens; nothing if nothing is known or guessing does not pay.
  int[] guess(TokenHistory history, int limit) {
    int length = Math.min(most, limit);
    if (length <= 0) {
      return new int[0];
    }
    if (rest > 0) {
      rest--;
      return new int[0];
    }
    // Without the other side there is nothing to compare with.
    return guessed.known() && !plain.known() ? new int[0] : find(history, length);
  }

  /// What followed the latest earlier place of the longest run that ends the text.
  private static int[] find(TokenHistory history, int length) {
    int size = history.size();
    for (int run = Math.min(LONGEST, size - 1); run >= SHORTEST; run--) {
      for (int start = size - run - 1; start >= 0; start--) {
        if (matches(history, start, size - run, run)) {
          int from = start + run;
          return history.slice(from, Math.min(length, size - from));
        }
      }
    }
    return new int[0];
  }

  private static boolean matches(TokenHistory history, int a, int b, int count) {
    for (int i = 0; i < count; i++) {
      if (history.id(a + i) != history.id(b + i)) {
        return false;
      }
    }
    return true;
  }

  /// Takes in what a pass came to.
  ///
  /// @param guess how many tokens were guessed
  /// @param made how many tokens the pass made: 1 more than were guessed right
  /// @param nanos it took
  void learn(int guess, int made, long nanos, Output output, int firstRow) {
    passes++;
    proposed += guess;
    accepted += made - 1;
    (guess == 0 ? plain : guessed).add((double) nanos / made);
    for (Routing routing : output.routings()) {
      experts += distinct(routing, firstRow, guess + 1);
      expertPasses++;
    }
    if (guess > 0 && plain.known() && guessed.known() && guessed.mean > plain.mean) {
      rest = pause;
      pause = Math.min(2 * pause, LONGEST_PAUSE);
      guessed.passes = 0;
    } else if (guess > 0 && guessed.known()) {
      pause = PAUSE;
    }
  }

  private static int distinct(Routing routing, int firstRow, int rows) {
    boolean[] seen = new boolean[routing.experts()];
    for (int row = firstRow; row < firstRow + rows; row++) {
      for (int rank = 0; rank < routing.chosen(); rank++) {
        seen[routing.expert(row, rank)] = true;
      }
    }
    int count = 0;
    for (boolean one : seen) {
      count += one ? 1 : 0;
    }
    return count;
  }

  /// What came of it.
  Completion.Guesses result() {
    double mean = expertPasses == 0 ? 0 : experts / expertPasses;
    return new Completion.Guesses(passes, proposed, accepted, mean);
  }
}
