package sirocco.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.testkit.FakeHub;

/// What is in the cache, what goes out of it, and several pulls at once.
final class ModelCacheTest {
  private static final ModelName Q8 = ModelName.parse("mistral/tiny:Q8_0");

  @TempDir private Path folder = Path.of("");
  private FakeHub hub;

  @BeforeEach
  void start() throws IOException {
    hub =
        new FakeHub()
            .put("tiny-Q8_0.gguf", Pulls.bytes(100_000, 2), true)
            .put("config.json", "{}".getBytes(UTF_8), false)
            .put("model.safetensors", Pulls.bytes(1000, 3), true);
  }

  @AfterEach
  void stop() throws IOException {
    hub.close();
  }

  private ModelCache cache() {
    return ModelCache.of(folder);
  }

  private Path pull(ModelName name) {
    return Hub.of(Pulls.options(hub, folder)).pull(name, PullProgress.NONE);
  }

  @Test
  void isWhereTheEnvironmentSays() {
    assertThat(ModelCache.folder(Map.of("SIROCCO_CACHE", "/m", "XDG_CACHE_HOME", "/c"), "/h"))
        .isEqualTo(Path.of("/m"));
    assertThat(ModelCache.folder(Map.of("XDG_CACHE_HOME", "/c"), "/h"))
        .isEqualTo(Path.of("/c/sirocco/models"));
    assertThat(ModelCache.folder(Map.of(), "/h")).isEqualTo(Path.of("/h/.cache/sirocco/models"));
    assertThat(ModelCache.ofUser(Map.of("XDG_CACHE_HOME", "c"), "/h")).isEmpty();
    assertThat(ModelCache.ofUser(Map.of(), "?")).isEmpty();
    assertThatExceptionOfType(HubException.class)
        .isThrownBy(() -> ModelCache.folder(Map.of(), "?"))
        .withMessageContaining("set SIROCCO_CACHE");
  }

  @Test
  void removesWhatWasPulledAndNothingElse() throws Exception {
    pull(Q8);
    Path other = pull(Pulls.TINY);
    assertThat(cache().find(Pulls.TINY)).contains(other); // the repository's own model
    assertThat(cache().remove(Q8).bytes()).isEqualTo(100_000);
    assertThat(cache().find(Q8)).isEmpty();
    assertThat(cache().models()).singleElement().extracting("path").isEqualTo(other);
    assertThatExceptionOfType(HubException.class)
        .isThrownBy(() -> cache().remove(Q8))
        .withMessage(
            "mistral/tiny:Q8_0: is not in the cache, " + folder + "; there is mistral/tiny");
    cache().remove(Pulls.TINY);
    assertThat(Pulls.files(folder)).isEmpty();
    assertThat(folder.resolve("mistral")).doesNotExist();
    assertThat(cache().models()).isEmpty();
  }

  @Test
  void removesUnfinishedPulls() {
    hub.answering((r, usual) -> r.isFile() ? usual.cutAfter(5000) : usual);
    hub.answering(
        (r, usual) -> r.isFile() ? usual.cutAfter(r.header("Range").isEmpty() ? 5000 : 0) : usual);
    assertThatExceptionOfType(HubException.class).isThrownBy(() -> pull(Q8));
    assertThat(cache().partials()).hasSize(1);
    assertThatExceptionOfType(HubException.class)
        .isThrownBy(() -> cache().remove(Q8))
        .withMessageContaining("is not in the cache");
    assertThat(cache().removePartials(Optional.of(ModelName.parse("a/b")))).isZero();
    assertThat(cache().removePartials(Optional.of(Q8))).isGreaterThan(5000);
    assertThat(cache().partials()).isEmpty();
    assertThat(cache().removePartials(Optional.empty())).isZero();
  }

  @Test
  void aLastVersionMakesWayForTheNext() throws Exception {
    pull(Q8);
    hub.put("tiny-Q8_0.gguf", Pulls.bytes(90_000, 4), true);
    hub.answering((r, usual) -> r.isFile() ? usual.cutAfter(0) : usual);
    assertThatExceptionOfType(HubException.class).isThrownBy(() -> pull(Q8));
    // Until then the former one stays.
    assertThat(cache().find(Q8).orElseThrow()).hasBinaryContent(Pulls.bytes(100_000, 2));
    hub.put("tiny-Q8_0.gguf", Pulls.bytes(80_000, 5), true);
    hub.answering((_, usual) -> usual);
    assertThat(pull(Q8)).hasBinaryContent(Pulls.bytes(80_000, 5));
    assertThat(cache().partials()).isEmpty();
    assertThat(Pulls.files(folder)).hasSize(2);
  }

  @Test
  void theSecondOfTwoPullsWaits() throws Exception {
    var began = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    hub.answering((r, usual) -> {
      if (r.isFile()) {
        began.countDown();
        await(go);
      }
      return usual;
    });
    var heard = new Pulls.Heard();
    try (var threads = Executors.newCachedThreadPool()) {
      Future<Path> first = threads.submit(() -> pull(Q8));
      await(began);
      assertThatExceptionOfType(HubException.class)
          .isThrownBy(() -> cache().removePartials(Optional.empty()))
          .withMessageContaining("is being pulled by process " + ProcessHandle.current().pid());
      var waits = new CountDownLatch(1);
      var second =
          threads.submit(() ->
              Hub.of(Pulls.options(hub, folder))
                  .pull(
                      Q8,
                      new PullProgress() {
                        @Override
                        public void notes(String message) {
                          heard.notes(message);
                          waits.countDown();
                        }
                      }));
      await(waits);
      go.countDown();
      assertThat(second.get(30, TimeUnit.SECONDS)).isEqualTo(first.get(30, TimeUnit.SECONDS));
    }
    assertThat(heard.notes)
        .singleElement()
        .asString()
        .startsWith("mistral/tiny: waiting for another pull of it, by process ");
    assertThat(hub.fileRequests()).hasSize(1);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anInterruptedPullKeepsWhatCame() throws Exception {
    var arrived = new CountDownLatch(1);
    hub.answering(
        (r, usual) -> r.isFile() ? usual.slowly(r.header("Range").isEmpty() ? 100 : 0) : usual);
    String[] message = {""};
    boolean[] interrupted = {false};
    Thread thread =
        Thread.ofPlatform()
            .start(() -> {
              var progress =
                  new PullProgress() {
                    @Override
                    public void advances(String file, long bytes) {
                      arrived.countDown();
                    }
                  };
              try {
                Hub.of(Pulls.options(hub, folder)).pull(Q8, progress);
              } catch (HubException e) {
                message[0] = String.valueOf(e.getMessage());
                interrupted[0] = Thread.currentThread().isInterrupted();
              }
            });
    await(arrived);
    thread.interrupt();
    thread.join(10_000);
    assertThat(message[0]).contains("stopped; what has arrived is kept");
    assertThat(interrupted[0]).isTrue();
    long there = cache().partials().getFirst().bytes();
    assertThat(there).isPositive();
    assertThat(pull(Q8)).hasBinaryContent(Pulls.bytes(100_000, 2));
    assertThat(hub.fileRequests().getLast().header("Range")).startsWith("bytes=");
  }

  @Test
  void damagedNotesAreNamed() throws Exception {
    Path path = pull(Q8);
    Path pointer = folder.resolve("mistral/tiny/tiny-Q8_0.gguf.json");
    assertThat(pointer).exists();
    String text = Files.readString(pointer);
    for (String bad :
        new String[] {
          "", "{}", "[1]", text.substring(0, 100), text.replace("tiny-Q8_0.gguf\"", "../x\"")
        }) {
      Files.writeString(pointer, bad);
      assertThatExceptionOfType(HubException.class)
          .isThrownBy(() -> cache().find(Q8))
          .withMessageContaining(
              bad.equals(text) ? "" : bad.contains("../x") ? "../x" : "" + pointer);
    }
    // A pull puts it right.
    assertThat(pull(Q8)).isEqualTo(path).exists();
    assertThat(cache().find(Q8)).contains(path);
  }
}
