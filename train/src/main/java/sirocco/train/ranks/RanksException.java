package sirocco.train.ranks;

/// The processes of a job could not start, or could not go on together.
public final class RanksException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public RanksException(String message) {
    super(message);
  }

  public RanksException(String message, Throwable cause) {
    super(message, cause);
  }
}
