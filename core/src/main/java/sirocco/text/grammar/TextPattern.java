package sirocco.text.grammar;

import java.nio.charset.StandardCharsets;

/// A regular expression of a JSON schema's `pattern`, put to texts that are there already. It reads
/// patterns as [Grammar#jsonSchema] does, so that whatever a grammar lets pass is found here too,
/// and takes time linear in the text. Immutable.
public final class TextPattern {
  private static final int DEAD = -1;

  private final Dfa dfa;

  private TextPattern(Dfa dfa) {
    this.dfa = dfa;
  }

  /// Reads a pattern.
  ///
  /// @throws GrammarException for what [Grammar#regex] does not support
  public static TextPattern of(String pattern) {
    return new TextPattern(Dfa.of(RegexParser.found(pattern), new Budget()));
  }

  /// Whether it is found anywhere in a text.
  public boolean isIn(String text) {
    int state = 0;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      state = next(state, b & 0xFF);
      if (state == DEAD) {
        return false;
      }
    }
    return dfa.accepts(state);
  }

  private int next(int state, int b) {
    for (int edge = dfa.firstEdge(state); edge < dfa.firstEdge(state + 1); edge++) {
      if (dfa.low(edge) <= b && b <= dfa.high(edge)) {
        return dfa.target(edge);
      }
    }
    return DEAD;
  }
}
