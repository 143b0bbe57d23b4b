package sirocco.engine;

import java.time.Duration;

/// How fast prompts are read, from the last passes that read some.
final class PromptPace {
  /// How much the newest pass counts.
  private static final double NEWEST = 0.3;

  private double nanosEach;

  void add(int tokens, long nanos) {
    double each = (double) nanos / tokens;
    nanosEach = nanosEach == 0 ? each : nanosEach + NEWEST * (each - nanosEach);
  }

  /// Tokens that can be read in so long; few while nothing is known.
  int tokens(Duration time) {
    return nanosEach == 0 ? 0 : (int) Math.min(Integer.MAX_VALUE, time.toNanos() / nanosEach);
  }
}
