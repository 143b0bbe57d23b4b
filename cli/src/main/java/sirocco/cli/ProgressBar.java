package sirocco.cli;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/// How far a long command has come, on standard error: one line that is redrawn on a terminal, a
/// plain line every ten seconds elsewhere, so that logs stay short. Not for several threads.
final class ProgressBar implements AutoCloseable {
  private static final long REDRAW_NANOS = 100_000_000L;
  private static final long PLAIN_NANOS = 10_000_000_000L;
  private static final int WIDTH = 24;

  private final PrintStream out;
  private final boolean terminal;
  private final LongSupplier nanoTime;
  private final String what;
  private final long total;
  private final long start;
  private long before; // done by an earlier run
  private long done;
  private long lastDrawn;

  /// @param what what is being done, for instance `quantize to Q8_0`
  /// @param total the work in any unit; at least 1
  ProgressBar(String what, long total) {
    this(what, total, System.err, Machine.stderrIsTerminal(), System::nanoTime);
  }

  ProgressBar(String what, long total, PrintStream out, boolean terminal, LongSupplier nanoTime) {
    this.what = what;
    this.total = Math.max(1, total);
    this.out = out;
    this.terminal = terminal;
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
    this.lastDrawn = start;
  }

  /// Counts what an earlier run has done, which tells nothing about this one's speed.
  void resume(long amount) {
    before = Math.min(total, amount);
    done = before;
  }

  /// Adds finished work and names the part that it was, for instance a tensor.
  void advance(long amount, String part) {
    done = Math.min(total, done + amount);
    long now = nanoTime.getAsLong();
    if (now - lastDrawn >= (terminal ? REDRAW_NANOS : PLAIN_NANOS)) {
      lastDrawn = now;
      draw(now, part);
    }
  }

  /// Says something in a line of its own, above the bar.
  void note(String line) {
    out.println(terminal ? "\r\033[K" + line : line);
  }

  /// Ends the line with what was done and how long it took. Work that broke off shows its share on
  /// a terminal; elsewhere the error that follows says enough.
  @Override
  public void close() {
    if (!terminal && done < total) {
      return;
    }
    draw(nanoTime.getAsLong(), "");
    if (terminal) {
      out.println();
    }
  }

  private void draw(long now, String part) {
    double share = (double) done / total;
    double seconds = (now - start) / 1e9;
    String time =
        done <= before || done == total
            ? time(seconds)
            : time(seconds) + ", " + time(seconds / (done - before) * (total - done)) + " left";
    String line = String.format(Locale.ROOT, "%s %3.0f%% (%s) %s", what, 100 * share, time, part);
    if (terminal) {
      int full = (int) (share * WIDTH);
      String bar = "█".repeat(full) + "░".repeat(WIDTH - full);
      out.print("\r" + bar + " " + line.strip() + "\033[K");
    } else {
      out.println(line.strip());
    }
    out.flush();
  }

  private static String time(double seconds) {
    long whole = Math.round(seconds);
    return whole < 60 ? whole + " s" : whole / 60 + " min " + whole % 60 + " s";
  }
}
