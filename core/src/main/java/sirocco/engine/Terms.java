package sirocco.engine;

import java.time.Duration;
import java.util.Optional;

/// On what terms a [Scheduler] takes a request.
///
/// @param priority higher ones begin earlier; of equal ones the first come
/// @param timeout after which it ends, waiting or not, with [FinishReason#TIMEOUT]
public record Terms(int priority, Optional<Duration> timeout) {
  /// Like everybody.
  public static final Terms DEFAULT = new Terms(0, Optional.empty());

  public Terms {
    timeout.ifPresent(t -> {
      if (t.isNegative() || t.isZero()) {
        throw new IllegalArgumentException("timeout must be positive, found " + t);
      }
    });
  }
}
