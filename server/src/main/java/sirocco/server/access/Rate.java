package sirocco.server.access;

import java.time.Duration;

/// A bucket that fills evenly and holds a minute's worth.
final class Rate {
  private static final double NANOS_A_MINUTE = 60e9;

  private final double perNano;
  private final double capacity;
  private double level;
  private long updated;

  /// @param now by `System.nanoTime()`
  Rate(int perMinute, long now) {
    this.perNano = perMinute / NANOS_A_MINUTE;
    this.capacity = perMinute;
    this.level = perMinute;
    this.updated = now;
  }

  /// Takes one.
  ///
  /// @return zero if there was one, else how long until there is
  synchronized Duration take(long now) {
    level = Math.min(capacity, level + (now - updated) * perNano);
    updated = now;
    if (level >= 1) {
      level--;
      return Duration.ZERO;
    }
    return Duration.ofNanos((long) Math.ceil((1 - level) / perNano));
  }
}
