package sirocco.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.CheckpointException;
import sirocco.checkpoint.Checkpoints;
import sirocco.tensor.DType;
import sirocco.testkit.Configs;
import sirocco.testkit.FakeHub;
import sirocco.testkit.RandomCheckpoint;
import sirocco.testkit.TinyModels;
import sirocco.testkit.TinyTokenizer;

/// `kill -9` at any moment leaves nothing that could be taken for a model; what is there at the end
/// is right.
final class KillTest {
  private static final int KILLS = 8;

  @TempDir private Path folder = Path.of("");
  private FakeHub hub;

  @BeforeEach
  void start() throws IOException {
    hub = new FakeHub();
  }

  @AfterEach
  void stop() throws IOException {
    hub.close();
  }

  /// A real model, so that opening it tells.
  private Path model(long seed) throws IOException {
    Path model = folder.resolve("model-" + seed);
    Files.createDirectory(model);
    try (var source = new RandomCheckpoint(Configs.mixtral(5, 2), seed)) {
      TinyModels.huggingFace(model, source, DType.F32);
    }
    TinyTokenizer.write(model);
    try (Stream<Path> files = Files.list(model)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        hub.put(name, Files.readAllBytes(file), name.endsWith(".safetensors"));
      }
    }
    return model;
  }

  @Test
  void killedPullsLeaveNothingThatOpens() throws Exception {
    Path model = model(3);
    long weights = Files.size(model.resolve("model.safetensors"));
    // Longer than all kills take together.
    int pause = (int) Math.max(1, KILLS * 500 * 1024 / weights);
    hub.answering((r, usual) -> r.isFile() ? usual.slowly(pause) : usual);
    Path cache = folder.resolve("cache");
    var random = new Random(11);
    for (int i = 0; i < KILLS; i++) {
      killed(cache, random.nextInt(200));
      assertThat(ModelCache.of(cache).models()).as("after kill %d", i).isEmpty();
      requireNothingOpens(cache);
    }
    assertThat(ModelCache.of(cache).partials().getFirst().bytes()).isPositive();
    hub.answering((_, usual) -> usual);
    requireSame(finished(cache), model);
    assertThat(hub.fileRequests()).anyMatch(r -> r.header("Range").startsWith("bytes="));
  }

  @Test
  void killedUpdatesLeaveTheFormerModel() throws Exception {
    Path former = model(3);
    Path cache = folder.resolve("cache");
    requireSame(finished(cache), former);
    Path next = model(4);
    hub.answering((r, usual) -> r.isFile() ? usual.slowly(50) : usual);
    var random = new Random(12);
    for (int i = 0; i < 2; i++) {
      killed(cache, random.nextInt(200));
      requireSame(ModelCache.of(cache).find(Pulls.TINY).orElseThrow(), former);
    }
    hub.answering((_, usual) -> usual);
    requireSame(finished(cache), next);
    assertThat(ModelCache.of(cache).models()).hasSize(1);
  }

  private Process pull(Path cache) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            KilledPull.class.getName(),
            hub.uri().toString(),
            cache.toString(),
            FakeHub.REPOSITORY)
        .redirectErrorStream(true)
        .start();
  }

  /// Kills a pull some milliseconds after its first request for a file.
  private void killed(Path cache, int milliseconds) throws Exception {
    int before = hub.fileRequests().size();
    Process process = pull(cache);
    while (process.isAlive() && hub.fileRequests().size() == before) {
      Thread.sleep(2);
    }
    Thread.sleep(milliseconds);
    assertThat(process.isAlive()).as("the pull is still going on").isTrue();
    process.destroyForcibly(); // SIGKILL
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
  }

  /// A pull that nobody disturbs.
  private Path finished(Path cache) {
    return Hub.of(Pulls.options(hub, cache)).pull(Pulls.TINY, PullProgress.NONE);
  }

  /// Not by its name, and none of the folders and files, hidden or not.
  private static void requireNothingOpens(Path cache) throws IOException {
    try (Stream<Path> all = Files.walk(cache)) {
      for (Path path : all.toList()) {
        assertThatExceptionOfType(CheckpointException.class)
            .as(path.toString())
            .isThrownBy(() -> {
              try (Checkpoint opened = Checkpoints.open(path)) {
                assertThat(opened).isNull();
              }
            });
      }
    }
  }

  private static void requireSame(Path found, Path expected) throws IOException {
    try (Checkpoint _ = Checkpoints.open(found);
        Stream<Path> files = Files.list(expected)) {
      for (Path file : files.toList()) {
        Path twin = found.resolve(file.getFileName().toString());
        assertThat(Files.mismatch(file, twin)).as(twin.toString()).isEqualTo(-1);
      }
    }
  }
}
