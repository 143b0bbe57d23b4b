package sirocco.text.grammar;

/// The text of one generation, as its grammar sees it. Not for two threads at once.
public final class Matcher {
  private final TokenAutomaton automaton;
  private Config at;

  /// Whether a leading space of the next token does not count.
  private boolean dropsSpace;

  private boolean begun;
  private boolean ended;

  Matcher(TokenAutomaton automaton, boolean dropsSpace) {
    this.automaton = automaton;
    this.dropsSpace = dropsSpace;
    this.at = automaton.start();
  }

  /// The tokens that may come next: those with which the text can still become complete, and the
  /// end tokens if it is complete now.
  ///
  /// A vocabulary that lacks bytes may have no token to go on with where the grammar demands more;
  /// then the end tokens are allowed, so that the generation ends, and [#isComplete] stays false.
  public TokenMask allowed() {
    if (!dropsSpace) {
      return automaton.mask(at);
    }
    TokenMask opening = automaton.openingMask();
    return begun ? opening.without(automaton.loneSpaces()) : opening;
  }

  /// The token that came next.
  ///
  /// @return whether it was allowed; if not, the matcher stays where it was
  public boolean accept(int id) {
    if (ended || !allowed().allows(id)) {
      return false;
    }
    if (automaton.isEnd(id)) {
      ended = true;
      return true;
    }
    byte[] bytes = automaton.trie().tokenizer().bytes(id);
    boolean dropped = dropsSpace && bytes[0] == ' ' && !automaton.trie().isByte(id);
    at = automaton.step(at, bytes, dropped ? 1 : 0);
    begun = true;
    dropsSpace =
        dropped
            && bytes.length == 1
            && automaton.trie().tokenizer().vocabulary().removeExtraWhitespaces();
    return true;
  }

  /// Whether the text is complete as it is.
  public boolean isComplete() {
    return at.complete;
  }

  /// Whether an end token came.
  public boolean isEnded() {
    return ended;
  }
}
