package sirocco.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Lets Ctrl-C and a kill end long work at its next safe point: what runs asks [#given] there, and
/// the end of the program waits for it.
final class StopSignal implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 120;

  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "stop");
  private volatile boolean given;

  StopSignal() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /// Whether the work is to end.
  boolean given() {
    return given;
  }

  /// Waits until the work is to end.
  void await() throws InterruptedException {
    asked.await();
  }

  private void stop() {
    given = true;
    asked.countDown();
    try {
      boolean _ = finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    finished.countDown();
    if (!given) {
      Runtime.getRuntime().removeShutdownHook(hook);
    }
  }
}
