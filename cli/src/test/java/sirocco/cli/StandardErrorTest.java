package sirocco.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a further process says before it has its standard error back is not heard; the rest is.
final class StandardErrorTest {
  @Test
  void aFurtherProcessIsGivenItUnderItsNumber() throws IOException, InterruptedException {
    String says = "echo incubating >&2; echo \"$0: $1\" >&3; exec 2>&3; echo heard >&2";
    List<String> command =
        StandardError.handedOver(3, List.of("/bin/sh", "-c", says, "a name", "two  words"));
    Process process = new ProcessBuilder(command).redirectErrorStream(false).start();
    assertThat(new String(process.getErrorStream().readAllBytes(), UTF_8))
        .isEqualTo("a name: two  words\nheard\n");
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void withoutTheLauncherNothingIsWrapped() {
    assertThat(System.getProperty("sirocco.stderr")).isNull();
    assertThat(StandardError.handedOver(List.of("a", "b"))).containsExactly("a", "b");
  }
}
