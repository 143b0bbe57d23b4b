package sirocco.engine;

import java.util.Optional;
import java.util.OptionalLong;

/// Tells Java's flight recorder of a request's life. Times are those of [System#nanoTime].
final class WatchedRequest {
  private final FlightEvents.Request event = new FlightEvents.Request();
  private final long taken;
  private OptionalLong begun = OptionalLong.empty();

  private WatchedRequest(String model, Optional<String> adapter) {
    event.model = model;
    event.adapter = adapter.orElse("");
    event.begin();
    taken = System.nanoTime(); // behind it, so that no time in the event is longer than the event
  }

  /// It is taken.
  ///
  /// @return nothing if nobody records
  static Optional<WatchedRequest> take(String model, Optional<String> adapter) {
    return FlightEvents.awake()
        ? Optional.of(new WatchedRequest(model, adapter))
        : Optional.empty();
  }

  /// It waits no longer.
  void begin() {
    begun = OptionalLong.of(System.nanoTime());
  }

  /// It has ended.
  ///
  /// @param firstToken when that was made, if it was
  /// @param finishReason nothing if it failed
  void end(Completion.Usage usage, OptionalLong firstToken, Optional<FinishReason> finishReason) {
    if (!event.shouldCommit()) {
      return;
    }
    event.queued = begun.orElseGet(System::nanoTime) - taken;
    firstToken.ifPresent(at -> event.firstToken = at - taken);
    event.promptTokens = usage.promptTokens();
    event.cachedTokens = usage.cachedTokens();
    event.generatedTokens = usage.generatedTokens();
    event.finishReason = finishReason.map(FinishReason::json).orElse("failed");
    event.commit();
  }
}
