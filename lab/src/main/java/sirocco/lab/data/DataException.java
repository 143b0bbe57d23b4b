package sirocco.lab.data;

/// Data that cannot be had or used.
public final class DataException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// @param message where, what was expected, what was found
  public DataException(String message) {
    super(message);
  }

  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
