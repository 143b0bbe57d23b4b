package sirocco.engine;

import java.util.concurrent.CompletableFuture;

/// A request that a [Scheduler] has taken.
public final class Ticket {
  private final Runnable cancel;
  private final CompletableFuture<Completion> completion;

  Ticket(Runnable cancel, CompletableFuture<Completion> completion) {
    this.cancel = cancel;
    this.completion = completion;
  }

  /// Ends it before its next pass. Any thread may call this, more than once.
  public void cancel() {
    cancel.run();
  }

  /// What comes of it: also if it was cancelled or took too long. Ends with an exception if its
  /// logits or one of its filters were broken ([EngineException]), or the scheduler stopped
  /// ([SchedulerStoppedException]). Whatever depends on it runs on the scheduler's thread unless
  /// made asynchronous.
  public CompletableFuture<Completion> completion() {
    return completion;
  }
}
