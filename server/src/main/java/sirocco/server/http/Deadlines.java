package sirocco.server.http;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Cuts connections whose clients take too long. A connection has one virtual thread; interrupting
/// it while it reads or writes closes the connection, whatever state it is in.
final class Deadlines implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofMillis(200);

  /// When which thread's time is up, by `System.nanoTime()`.
  private final Map<Thread, Long> ends = new ConcurrentHashMap<>();

  private final Thread watch =
      Thread.ofPlatform().daemon().name("sirocco-deadlines").unstarted(this::watch);

  static Deadlines start() {
    Deadlines deadlines = new Deadlines();
    deadlines.watch.start();
    return deadlines;
  }

  /// From now on this thread has so much time.
  void begin(Duration time) {
    ends.put(Thread.currentThread(), System.nanoTime() + time.toNanos());
  }

  /// This thread is done.
  ///
  /// @throws ClientLeftException if its time was up: the connection is closed
  void end() {
    if (ends.remove(Thread.currentThread()) == null) {
      throw new ClientLeftException();
    }
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(PERIOD);
        long now = System.nanoTime();
        ends.forEach((thread, end) -> {
          if (end - now < 0 && ends.remove(thread, end)) {
            thread.interrupt();
          }
        });
      }
    } catch (InterruptedException e) {
      ends.clear(); // the server stops
    }
  }

  @Override
  public void close() {
    watch.interrupt();
  }
}
