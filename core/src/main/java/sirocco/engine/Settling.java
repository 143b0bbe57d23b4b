package sirocco.engine;

import sirocco.checkpoint.Checkpoint;

/// Brings weights into large pages in the background; see [Checkpoint#settle]. The weights may be
/// used meanwhile; the checkpoint must stay open until [#close] has returned.
final class Settling implements AutoCloseable {
  private final Thread thread;
  private volatile boolean stopped;

  private Settling(Checkpoint checkpoint) {
    thread =
        Thread.ofPlatform()
            .daemon()
            .name("sirocco-settling")
            .unstarted(() -> checkpoint.settle(() -> !stopped));
  }

  static Settling start(Checkpoint checkpoint) {
    Settling settling = new Settling(checkpoint);
    settling.thread.start();
    return settling;
  }

  /// Waits until all weights are there.
  void await() throws InterruptedException {
    thread.join();
  }

  /// Leaves the rest where it is.
  @Override
  public void close() {
    stopped = true;
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
