package sirocco.model;

import java.io.Serial;

/// A model was given work it cannot do.
public final class ModelException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public ModelException(String message) {
    super(message);
  }
}
