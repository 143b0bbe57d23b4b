package sirocco.engine;

import java.util.Map;
import java.util.Optional;

/// What a [Scheduler] is doing.
///
/// @param running generations under way
/// @param queued requests that wait
/// @param pages of keys and values
/// @param counts since the start
/// @param failure why the last run of the loop broke off, until a pass has gone well again
/// @param accepting whether requests are taken
public record SchedulerStatus(
    int running,
    int queued,
    Pages pages,
    Counts counts,
    Optional<String> failure,
    boolean accepting) {

  /// Pages of keys and values.
  ///
  /// @param total that there may be
  /// @param used by sessions or kept for prefixes
  /// @param kept of those only for prefixes, which make room when it is needed
  public record Pages(int total, int used, int kept) {}

  /// What was done since the start.
  ///
  /// @param promptTokens read
  /// @param cachedTokens of prompts that did not have to be read
  /// @param generatedTokens made
  /// @param ended requests that did not fail, by why they ended; every reason is there
  /// @param failed requests that ended with an error
  /// @param passes through the model
  public record Counts(
      long promptTokens,
      long cachedTokens,
      long generatedTokens,
      Map<FinishReason, Long> ended,
      long failed,
      long passes) {

    public Counts {
      ended = Map.copyOf(ended);
    }

    /// Requests that ended for a reason.
    public long ended(FinishReason reason) {
      return ended.getOrDefault(reason, 0L);
    }

    /// Requests that came to an end of their own.
    public long completed() {
      return ended(FinishReason.STOP) + ended(FinishReason.LENGTH) + ended(FinishReason.CONTEXT);
    }

    /// Requests that were given up, by whoever asked or for the time they took.
    public long cancelled() {
      return ended(FinishReason.CANCELLED) + ended(FinishReason.TIMEOUT);
    }
  }

  /// Whether it can be expected to answer.
  public boolean healthy() {
    return failure.isEmpty() && accepting;
  }
}
