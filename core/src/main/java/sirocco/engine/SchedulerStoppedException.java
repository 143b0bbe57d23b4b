package sirocco.engine;

/// The scheduler takes no requests any more, or ended before this one was done.
public final class SchedulerStoppedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  SchedulerStoppedException(String message) {
    super(message);
  }
}
