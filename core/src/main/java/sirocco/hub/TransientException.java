package sirocco.hub;

import java.io.IOException;
import java.io.Serial;
import java.time.Duration;
import java.util.Optional;

/// Something failed that may succeed when it is tried again: a connection, a busy server.
final class TransientException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /// How long the server asked to be left alone; zero if it did not.
  private final Duration wait;

  TransientException(String message) {
    this(message, Duration.ZERO);
  }

  TransientException(String message, Duration wait) {
    super(message);
    this.wait = wait;
  }

  TransientException(String message, IOException cause) {
    super(message + reason(cause), cause);
    this.wait = Duration.ZERO;
  }

  Duration retryAfter() {
    return wait;
  }

  /// Java's connections often fail without a message of their own.
  private static String reason(IOException failure) {
    return Optional.ofNullable(failure.getMessage()).map(text -> ": " + text).orElse("");
  }
}
