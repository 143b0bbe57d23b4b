package sirocco.lab.safety;

/// Tells how friendly a text sounds. For several threads.
public interface Sentiment {
  /// What it is and of which version, such as `VADER 3.3.2`.
  String name();

  /// From -1, hostile, to 1, friendly; 0 for the empty text.
  ///
  /// @throws sirocco.lab.eval.EvaluationException if what it needs is not there, for any text
  double score(String text);
}
