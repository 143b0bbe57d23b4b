package sirocco.engine;

import java.time.Duration;

/// Bounds of a [Scheduler].
///
/// @param maxConcurrent the most generations under way at once
/// @param maxQueued the most that wait beside them
/// @param cacheBytes the most memory for keys and values, of all sessions and of prefixes that are
///   kept; 0 for what one session of the whole context takes, and 1 GiB at least
/// @param longestPrompt how long prompts that are being read may keep others from their next token,
///   about; a single row of the model may take longer
public record SchedulerOptions(
    int maxConcurrent, int maxQueued, long cacheBytes, Duration longestPrompt) {
  /// 32 at once, 256 waiting, 1 GiB.
  public static final SchedulerOptions DEFAULT =
      new SchedulerOptions(32, 256, 1L << 30, Duration.ofMillis(200));

  public SchedulerOptions {
    atLeast("max concurrent", maxConcurrent, 1);
    atLeast("max queued", maxQueued, 0);
    atLeast("cache bytes", cacheBytes, 0);
    if (longestPrompt.isNegative() || longestPrompt.isZero()) {
      throw new IllegalArgumentException("longest prompt must be positive, found " + longestPrompt);
    }
  }

  /// The same with another memory for keys and values.
  public SchedulerOptions cacheBytes(long value) {
    return new SchedulerOptions(maxConcurrent, maxQueued, value, longestPrompt);
  }

  private static void atLeast(String name, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " must be at least " + least + ", found " + value);
    }
  }
}
