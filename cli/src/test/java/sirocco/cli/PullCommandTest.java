package sirocco.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.hub.CachedModel;
import sirocco.hub.Checksum;
import sirocco.hub.HubFile;
import sirocco.hub.ModelName;
import sirocco.hub.PartialModel;
import sirocco.testkit.Configs;
import sirocco.testkit.FakeHub;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `pull`, `list` and `rm`, in processes of their own with a cache of their own.
final class PullCommandTest {
  @TempDir private Path folder = Path.of("");
  private FakeHub hub;

  @BeforeEach
  void start() throws IOException {
    hub = new FakeHub();
    Path model = Files.createDirectory(folder.resolve("source"));
    CommandRun.model(model, Configs.mixtral(5, 2));
    try (Stream<Path> files = Files.list(model)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        hub.put(name, Files.readAllBytes(file), name.endsWith(".safetensors"));
      }
    }
  }

  @AfterEach
  void stop() throws IOException {
    hub.close();
  }

  private Process process(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "sirocco.cli.Main"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    List.of("SIROCCO_MODEL", "HF_TOKEN", "HF_TOKEN_PATH", "HF_HOME")
        .forEach(builder.environment()::remove);
    builder.environment().put("SIROCCO_CACHE", folder.resolve("cache").toString());
    builder.environment().put("SIROCCO_HUB", hub.uri().toString());
    return builder.start();
  }

  private Checkout.Result run(String... arguments) throws Exception {
    return Checkout.finish(process(arguments));
  }

  @Test
  void aModelIsPulledRunListedAndRemoved() throws Exception {
    Checkout.Result missing = run("run", "-m", FakeHub.REPOSITORY, "a");
    assertThat(missing.status()).isEqualTo(1);
    assertThat(missing.err())
        .isEqualTo(
            "sirocco: mistral/tiny: no such folder or file, nor was it pulled: ./sirocco pull"
                + " mistral/tiny fetches it");

    Checkout.Result pulled = run("pull", FakeHub.REPOSITORY);
    assertThat(pulled.status()).as(pulled.toString()).isZero();
    String path = pulled.out().lines().toList().getLast();
    assertThat(pulled.out())
        .startsWith("mistral/tiny: ")
        .contains(", revision main (" + hub.commit().substring(0, 7) + ")\n");
    assertThat(pulled.err()).contains("pull mistral/tiny").contains("100%");

    String[] same = {"-n", "8", "--temperature", "0"};
    Checkout.Result answer = run(with(same, "run", "-m", FakeHub.REPOSITORY, "a"));
    assertThat(answer.status()).as(answer.toString()).isZero();
    assertThat(answer.out().strip())
        .isNotEmpty()
        .isEqualTo(CommandRun.of(with(same, "run", "-m", path, "a")).out().strip());

    JsonNode model = JsonMapper.shared().readTree(run("list", "--json").out()).at("/models/0");
    assertThat(model.at("/name").asString()).isEqualTo("mistral/tiny");
    assertThat(model.at("/path").asString()).isEqualTo(path);
    assertThat(model.at("/commit").asString()).isEqualTo(hub.commit());
    assertThat(model.at("/files")).isNotEmpty();

    assertThat(run("rm", FakeHub.REPOSITORY).out()).startsWith("removed mistral/tiny: ");
    assertThat(Path.of(path)).doesNotExist();
    assertThat(run("list").out()).startsWith("no models in ").contains("./sirocco pull owner/name");
  }

  @Test
  void ctrlCKeepsWhatCame() throws Exception {
    hub.answering((request, usual) -> request.isFile() ? usual.slowly(100) : usual);
    Process process = process("pull", FakeHub.REPOSITORY);
    while (process.isAlive() && hub.fileRequests().isEmpty()) {
      Thread.sleep(10);
    }
    process.toHandle().destroy(); // SIGTERM, as Ctrl-C is SIGINT; the streams stay open
    String said = new String(process.getErrorStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isNotZero();
    assertThat(said)
        .containsOnlyOnce("stopped; what has arrived is kept, and the same pull goes on from there")
        .doesNotContain("Exception");
    assertThat(run("list").out()).contains("mistral/tiny").contains("partial: ");
    assertThat(run("rm", "--partial").out()).startsWith("removed unfinished pulls: ");
  }

  @Test
  void mistakesAreNamed() {
    assertThat(CommandRun.of("pull", "tiny").err())
        .isEqualTo(
            "sirocco: tiny: expected the name of a model, owner/name or owner/name:Q4_K_M\n");
    assertThat(CommandRun.of("pull", "a/b", "--hub", "nowhere").err())
        .startsWith("sirocco: the hub's address: expected one such as https://huggingface.co");
    assertThat(CommandRun.of("rm").err()).startsWith("sirocco: which model? `./sirocco list`");
    assertThat(CommandRun.of("run", "-m", "no/such.gguf", "a").err())
        .isEqualTo("sirocco: no/such.gguf: no such folder or file\n");
  }

  @Test
  void theTableIsAligned() {
    var file = new HubFile("x.gguf", 3L << 30, new Checksum(Checksum.Kind.GIT, "ab".repeat(20)));
    Instant time = Instant.parse("2026-02-03T04:05:06Z");
    URI huggingFace = URI.create("https://huggingface.co");
    var whole =
        new CachedModel(
            ModelName.parse("a/long-name:Q8_0"),
            Path.of("/c/x.gguf"),
            huggingFace,
            "main",
            "0123456789abcdef",
            time,
            List.of(file));
    var part = new PartialModel(ModelName.parse("a/b"), 1L << 20, 4L << 20, "v1", time);
    assertThat(ModelTable.lines(List.of(whole), List.of(part), ZoneOffset.UTC))
        .containsExactly(
            "a/long-name:Q8_0  3.0 GiB  1 file  main (0123456)  2026-02-03 04:05",
            "a/b               4.0 MiB          v1              2026-02-03 04:05  partial: 1.0 MiB,"
                + " 25% is there; pull it again to go on");
  }

  private static String[] with(String[] more, String... command) {
    return Stream.concat(Stream.of(command), Stream.of(more)).toArray(String[]::new);
  }
}
