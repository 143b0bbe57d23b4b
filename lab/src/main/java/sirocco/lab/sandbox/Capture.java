package sirocco.lab.sandbox;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/// Reads what a program writes, up to a limit.
final class Capture {
  private final ByteArrayOutputStream held = new ByteArrayOutputStream();
  private final int limit;
  private final Thread thread;
  private volatile boolean tooLong;

  Capture(InputStream in, int limit) {
    this.limit = limit;
    this.thread = Thread.ofPlatform().daemon().name("sandbox-output").start(() -> read(in));
  }

  private void read(InputStream in) {
    byte[] buffer = new byte[1 << 13];
    try (in) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        int left = limit - held.size();
        held.write(buffer, 0, Math.min(count, left));
        if (count > left) {
          tooLong = true;
          return;
        }
      }
    } catch (IOException e) {
      // The program is gone: what was read is all there is.
    }
  }

  /// Whether the program wrote more than it may. What it writes from then on is not read.
  boolean tooLong() {
    return tooLong;
  }

  /// All that was read; waits for the program's last word.
  String text() throws InterruptedException {
    thread.join();
    return held.toString(StandardCharsets.UTF_8);
  }
}
