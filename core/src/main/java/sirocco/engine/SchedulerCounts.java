package sirocco.engine;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// What a scheduler has done so far. For several threads.
final class SchedulerCounts {
  /// How much the newest end counts in the mean time between two.
  private static final double NEWEST = 0.1;

  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private long promptTokens;
  private long cachedTokens;
  private long generatedTokens;
  private final Map<FinishReason, Long> ended = new EnumMap<>(FinishReason.class);
  private long failed;
  private long passes;
  private double nanosEach; // a request, on average

  SchedulerCounts() {
    for (FinishReason reason : FinishReason.values()) {
      ended.put(reason, 0L);
    }
  }

  synchronized void pass() {
    passes++;
  }

  /// A request ended.
  ///
  /// @param result nothing if it failed
  synchronized void add(Optional<Completion> result) {
    if (result.isEmpty()) {
      failed++;
      return;
    }
    Completion.Usage usage = result.get().usage();
    boolean began = usage.generatedTokens() > 0;
    promptTokens += began ? usage.promptTokens() - usage.cachedTokens() : 0;
    cachedTokens += usage.cachedTokens();
    generatedTokens += usage.generatedTokens();
    ended.merge(result.get().finishReason(), 1L, Long::sum);
    double took =
        result.get().timings().prompt().plus(result.get().timings().generation()).toNanos();
    nanosEach = nanosEach == 0 ? took : nanosEach + NEWEST * (took - nanosEach);
  }

  /// How long so many requests will take, so many at once; a guess.
  synchronized Duration timeFor(int requests, int atOnce) {
    long seconds = (long) Math.ceil(nanosEach * requests / atOnce / 1e9);
    return Duration.ofSeconds(Math.clamp(seconds, SHORTEST.toSeconds(), LONGEST.toSeconds()));
  }

  synchronized SchedulerStatus.Counts counts() {
    return new SchedulerStatus.Counts(
        promptTokens, cachedTokens, generatedTokens, ended, failed, passes);
  }
}
