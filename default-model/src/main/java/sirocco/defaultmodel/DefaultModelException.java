package sirocco.defaultmodel;

/// The model that comes with Sirocco cannot be had.
public final class DefaultModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DefaultModelException(String message) {
    super(message);
  }

  DefaultModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
