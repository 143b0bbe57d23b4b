package sirocco.hub;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/// Closes a stream that has been silent for too long, so that whoever reads it is not kept forever.
final class Watch implements AutoCloseable {
  private final InputStream watched;
  private final long patience;
  private final Thread thread;
  private volatile long heard = System.nanoTime();
  private volatile boolean expired;

  Watch(InputStream watched, Duration patience) {
    this.watched = watched;
    this.patience = patience.toNanos();
    this.thread = Thread.ofVirtual().name("watch").start(this::run);
  }

  /// Something arrived.
  void hears() {
    heard = System.nanoTime();
  }

  /// Whether it closed the stream.
  boolean expired() {
    return expired;
  }

  private void run() {
    try {
      long left = patience;
      while (left > 0) {
        Thread.sleep(Duration.ofNanos(left));
        left = patience - (System.nanoTime() - heard);
      }
      expired = true;
      watched.close();
    } catch (InterruptedException | IOException e) {
      return; // all of it was read, or it is closed already
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
