package sirocco.engine;

import java.util.Locale;

/// Why a generation ended.
public enum FinishReason {
  /// The model gave an end token, or the text a stop string.
  STOP,
  /// The tokens that were asked for are made.
  LENGTH,
  /// The session's context is full.
  CONTEXT,
  /// Whoever reads the answer had enough.
  CANCELLED,
  /// It took longer than it may ([Terms#timeout]).
  TIMEOUT;

  /// The name in JSON: `stop`, `length`, `context`, `cancelled`, `timeout`.
  public String json() {
    return name().toLowerCase(Locale.ROOT);
  }
}
