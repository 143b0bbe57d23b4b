package sirocco.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, UTF_8);
  private long now = 42;

  @Test
  void printsALineEveryTenSecondsToAFile() {
    try (var bar = new ProgressBar("quantize", 200, out, false, () -> now)) {
      for (int i = 0; i < 100; i++) {
        now += 250_000_000L;
        bar.advance(2, "blk." + i);
      }
    }
    assertThat(bytes.toString(UTF_8))
        .isEqualTo(
            """
            quantize  40% (10 s, 15 s left) blk.39
            quantize  80% (20 s, 5 s left) blk.79
            quantize 100% (25 s)
            """);
  }

  @Test
  void redrawsOneLineOnATerminalTenTimesASecond() {
    try (var bar = new ProgressBar("convert", 100, out, true, () -> now)) {
      now += 50_000_000L;
      bar.advance(10, "a");
      now += 50_000_000L;
      bar.advance(40, "b");
    }
    String half = "█".repeat(12) + "░".repeat(12);
    assertThat(bytes.toString(UTF_8))
        .isEqualTo(
            "\r"
                + half
                + " convert  50% (0 s, 0 s left) b\033[K"
                + "\r"
                + half
                + " convert  50% (0 s, 0 s left)\033[K\n");
  }

  @Test
  void whatAnEarlierRunDidTellsNothingAboutTheTimeLeft() {
    try (var bar = new ProgressBar("pretrain", 100, out, false, () -> now)) {
      bar.resume(60);
      now += 10_000_000_000L;
      bar.advance(10, "step 70");
    }
    assertThat(bytes.toString(UTF_8)).isEqualTo("pretrain  70% (10 s, 30 s left) step 70\n");
  }

  /// The error that ended the work is then the only line.
  @Test
  void workThatBrokeOffSaysNothingInAFile() {
    try (var bar = new ProgressBar("convert", 100, out, false, () -> now)) {
      now += 50_000_000L;
      bar.advance(10, "a");
    }
    assertThat(bytes.toString(UTF_8)).isEmpty();
  }

  @Test
  void neverPassesTheEnd() {
    try (var bar = new ProgressBar("batch", 0, out, false, () -> now)) {
      now += 3_725_000_000_000L;
      bar.advance(50, "x");
    }
    assertThat(bytes.toString(UTF_8)).endsWith("batch 100% (62 min 5 s)\n").doesNotContain("101");
  }
}
