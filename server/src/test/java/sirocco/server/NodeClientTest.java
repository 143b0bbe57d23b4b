package sirocco.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import sirocco.server.access.Allowance;
import sirocco.server.access.ApiKey;

/// OpenAI's own client for Node, unchanged: `src/test/node/client.mjs`. What npm fetches lies in
/// `target/node` and stays there.
final class NodeClientTest {
  private static final String KEY = "sk-of-the-test";
  private static final Path SOURCES = Path.of("src/test/node");
  private static final Path FOLDER = Path.of("target/node");

  @Test
  void theScriptRuns() throws IOException, InterruptedException {
    assumeTrue(works("node", "--version"), "there is no Node here, so its client is not tried");
    assumeTrue(works("npm", "--version"), "there is no npm here, so its client is not tried");
    Files.createDirectories(FOLDER);
    boolean fetched = Files.isDirectory(FOLDER.resolve("node_modules/openai"));
    for (String file : List.of("package.json", "package-lock.json", "client.mjs")) {
      Files.copy(SOURCES.resolve(file), FOLDER.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    if (!fetched) {
      Run fetch = run("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts");
      assumeTrue(fetch.code() == 0, "npm could not fetch the client: " + fetch.output());
    }
    var key = new ApiKey("test", KEY, Allowance.UNLIMITED);
    try (TestServer server = TestServer.start(options -> options.keys(List.of(key)))) {
      Run run = run("node", "client.mjs", server.server.uri().toString(), KEY);
      assertThat(run.code()).as(run.output()).isZero();
      assertThat(run.output()).contains("all is well");
    }
  }

  private record Run(int code, String output) {}

  private static boolean works(String... command) throws InterruptedException {
    try {
      return run(command).code() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static Run run(String... command) throws IOException, InterruptedException {
    Path output = Files.createTempFile("node", ".txt");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(
                  (Files.isDirectory(FOLDER) ? FOLDER : Path.of("")).toFile().getAbsoluteFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return new Run(-1, "took longer than a minute");
      }
      return new Run(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    } finally {
      Files.delete(output);
    }
  }
}
