package sirocco.engine;

/// Changes the logits before a token is drawn: the user's way into sampling. Filters run after bias
/// and penalties and before temperature, in the order they were given. One that keeps state belongs
/// to one generation: those of different generations may run at once.
@FunctionalInterface
public interface LogitsFilter {
  /// Changes `logits` in place; minus infinity bars a token.
  ///
  /// @param logits `[V]`
  /// @param history every token so far
  void apply(float[] logits, TokenHistory history);
}
