package sirocco.lab.eval;

/// A measurement that cannot be made.
public final class EvaluationException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// @param message what was asked, what was found, where, and what to do
  public EvaluationException(String message) {
    super(message);
  }

  public EvaluationException(String message, Throwable cause) {
    super(message, cause);
  }
}
