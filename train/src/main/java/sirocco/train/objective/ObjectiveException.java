package sirocco.train.objective;

/// An objective that cannot be computed with what is there.
public final class ObjectiveException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public ObjectiveException(String message) {
    super(message);
  }
}
