package sirocco.tensor;

import java.io.Serial;

/// A tensor was asked for something its shape, type or size does not allow.
public final class TensorException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public TensorException(String message) {
    super(message);
  }

  public TensorException(String message, Throwable cause) {
    super(message, cause);
  }
}
