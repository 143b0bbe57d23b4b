package sirocco.text.grammar;

/// What a part of a grammar may cost to compile, so that a hostile one is refused in about a second
/// instead of filling the memory.
final class Budget {
  /// States of all automata together, intermediate ones included.
  static final int STATES = 1 << 18;

  /// Elementary steps: about a nanosecond to ten each.
  private static final long WORK = 100_000_000;

  /// Numbers kept while an automaton is made deterministic.
  private static final long MEMBERS = 1 << 23;

  private final int mostStates;
  private final long mostWork;
  private int states;
  private long work;
  private long members;

  /// All that a grammar may cost.
  Budget() {
    this(STATES, WORK);
  }

  private Budget(int mostStates, long mostWork) {
    this.mostStates = mostStates;
    this.mostWork = mostWork;
  }

  /// For a way that may turn out dear where there is another.
  static Budget ofTrial() {
    return new Budget(STATES, WORK / 10);
  }

  /// One more state.
  void state() {
    if (++states > mostStates) {
      throw new GrammarException(
          "needs more than "
              + mostStates
              + " states; make its repetitions, lengths or counts smaller");
    }
  }

  void work(long steps) {
    work += steps;
    if (work > mostWork) {
      throw tooMuch();
    }
  }

  /// Some numbers that stay in memory.
  void keep(int count) {
    members += count;
    if (members > MEMBERS) {
      throw tooMuch();
    }
  }

  private static GrammarException tooMuch() {
    return new GrammarException(
        "takes too long to compile; make its repetitions smaller or its alternatives easier to tell"
            + " apart");
  }
}
