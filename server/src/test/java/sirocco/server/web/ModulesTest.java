package sirocco.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The page's functions that need no page, in their own language.
final class ModulesTest {
  @Test
  void modulesPassTheirTests() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Chromium.node().toString(),
                "--test",
                Path.of("src/test/resources/page-checks/modules.test.mjs").toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("pass 8");
  }
}
