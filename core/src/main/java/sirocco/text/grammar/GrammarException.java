package sirocco.text.grammar;

import java.io.Serial;

/// A schema, regular expression or grammar cannot be used. The message starts with the place:
/// `schema.properties.age.minimum: …`, `regex: position 12: …`, `gbnf: line 3: …`.
public final class GrammarException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public GrammarException(String message) {
    super(message);
  }

  /// The same trouble, with the place where it was found before it.
  GrammarException within(String place) {
    GrammarException placed = new GrammarException(place + ": " + getMessage());
    placed.initCause(this);
    return placed;
  }
}
