package sirocco.convert;

import java.io.Serial;

/// A conversion cannot be done, or was stopped. Nothing is left at its target.
public final class ConvertException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public ConvertException(String message) {
    super(message);
  }

  public ConvertException(String message, Throwable cause) {
    super(message, cause);
  }
}
