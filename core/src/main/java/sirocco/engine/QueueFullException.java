package sirocco.engine;

import java.time.Duration;

/// As many requests wait as may.
public final class QueueFullException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Duration retryAfter;

  QueueFullException(int waiting, Duration retryAfter) {
    super(
        "%d requests wait already; try again in %d seconds"
            .formatted(waiting, retryAfter.toSeconds()));
    this.retryAfter = retryAfter;
  }

  /// When there will be room, as a guess from how fast requests have ended.
  public Duration retryAfter() {
    return retryAfter;
  }
}
