package sirocco.hub;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/// How often something was tried, and the pauses between.
final class Retries {
  private static final Duration LONGEST = Duration.ofSeconds(30);

  /// A server that asks for more is not waited for.
  private static final Duration LONGEST_ASKED = Duration.ofMinutes(10);

  private final HubOptions options;
  private final PullProgress progress;
  private int failures;

  Retries(HubOptions options, PullProgress progress) {
    this.options = options;
    this.progress = progress;
  }

  /// The last try brought something: the count starts over.
  void progressed() {
    failures = 0;
  }

  /// Waits until it is time for the next try.
  ///
  /// @param what was tried
  /// @throws HubException if there is to be none, or the thread was interrupted
  void pause(String what, TransientException failure) {
    failures++;
    if (Thread.currentThread().isInterrupted()) {
      throw stopped(what);
    }
    if (failures >= options.tries()) {
      throw new HubException(
          what + ": " + failure.getMessage() + ", " + failures + " times in a row; try again later",
          failure);
    }
    if (failure.retryAfter().compareTo(LONGEST_ASKED) > 0) {
      throw new HubException(
          what
              + ": "
              + failure.getMessage()
              + " and asks to wait "
              + failure.retryAfter().toMinutes()
              + " minutes; try again then",
          failure);
    }
    Duration wait = delay();
    if (failure.retryAfter().compareTo(wait) > 0) {
      wait = failure.retryAfter();
    }
    progress.notes(
        String.format(
            Locale.ROOT,
            "%s: %s; trying again in %.1f s",
            what,
            failure.getMessage(),
            wait.toMillis() / 1e3));
    sleep(what, wait);
  }

  /// Doubles with each failure; a part of chance keeps many clients from coming at once.
  private Duration delay() {
    Duration full = options.delay().multipliedBy(1L << Math.min(20, failures - 1));
    Duration capped = full.compareTo(LONGEST) > 0 ? LONGEST : full;
    return Duration.ofMillis(
        (long) (capped.toMillis() * ThreadLocalRandom.current().nextDouble(0.5, 1)));
  }

  static void sleep(String what, Duration wait) {
    try {
      Thread.sleep(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw stopped(what);
    }
  }

  /// The thread was told to end.
  static HubException stopped(String what) {
    return new HubException(
        what + ": stopped; what has arrived is kept, and the same pull goes on from there");
  }
}
