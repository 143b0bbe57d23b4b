package sirocco.engine;

import java.io.Serial;

/// A generation cannot be started or continued.
public final class EngineException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public EngineException(String message) {
    super(message);
  }

  public EngineException(String message, Throwable cause) {
    super(message, cause);
  }
}
