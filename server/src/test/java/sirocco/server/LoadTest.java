package sirocco.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sirocco.server.load.Load;
import sirocco.server.load.LoadReport;

/// A few seconds of what [Load] does for as long as one likes.
class LoadTest {
  @Test
  @Timeout(120)
  void manyClientsGetWhatTheyGetAlone() throws IOException, InterruptedException {
    try (TestServer server = TestServer.start()) {
      var settings =
          new Load.Settings(
              server.server.uri(), 16, Duration.ofSeconds(5), 0.1, 0.05, true, 10, 0, 8);
      LoadReport report = new Load(settings).run();
      var text = new ByteArrayOutputStream();
      report.print(new PrintStream(text, true, StandardCharsets.UTF_8));
      assertThat(report.wrong()).as(text.toString(StandardCharsets.UTF_8)).isZero();
      assertThat(report.answered()).isGreaterThan(50);
      server.scheduler.drain(Duration.ofSeconds(10));
      var status = server.scheduler.status();
      assertThat(status.running()).isZero();
      assertThat(status.pages().used()).isEqualTo(status.pages().kept());
    }
  }
}
