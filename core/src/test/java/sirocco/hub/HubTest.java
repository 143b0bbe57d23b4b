package sirocco.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.testkit.FakeHub;
import sirocco.testkit.FakeHub.Answer;

/// Models come whole from a server that behaves like the hub, and from one that cuts connections.
final class HubTest {
  private static final byte[] WEIGHTS = Pulls.bytes(300_000, 1);

  @TempDir private Path folder = Path.of("");
  private FakeHub hub;

  @BeforeEach
  void start() throws IOException {
    hub =
        new FakeHub()
            .put("config.json", "{}".getBytes(UTF_8), false)
            .put("tokenizer.json", "{\"a\": 1}".getBytes(UTF_8), false)
            .put("README.md", "words".getBytes(UTF_8), false)
            .put("model.safetensors", WEIGHTS, true)
            .put("tiny-Q8_0.gguf", Pulls.bytes(100_000, 2), true)
            .put("tiny-Q4_K_M.gguf", Pulls.bytes(50_000, 3), true);
  }

  @AfterEach
  void stop() throws IOException {
    hub.close();
  }

  private Path pull(String name, PullProgress progress) {
    return Hub.of(Pulls.options(hub, folder)).pull(ModelName.parse(name), progress);
  }

  private ModelCache cache() {
    return ModelCache.of(folder);
  }

  @Test
  void bringsAFolder() throws Exception {
    var heard = new Pulls.Heard();
    Path path = pull("mistral/tiny", heard);
    assertThat(Pulls.files(path))
        .containsExactly("config.json", "model.safetensors", "tokenizer.json");
    assertThat(path.resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
    assertThat(path).hasFileName("tiny").startsWith(folder.toRealPath());
    assertThat(cache().find(Pulls.TINY)).contains(path);
    assertThat(heard.done).isEqualTo(heard.total).isEqualTo(WEIGHTS.length + 10);
    assertThat(heard.model).isEqualTo("mistral/tiny");
    assertThat(hub.fileRequests().getLast().path()).endsWith("config.json");
    CachedModel model = cache().models().getFirst();
    assertThat(model.commit()).isEqualTo(hub.commit());
    assertThat(model.bytes()).isEqualTo(heard.total);
    assertThat(cache().partials()).isEmpty();
  }

  @Test
  void bringsOneFileByItsQuantisation() {
    Path path = pull("mistral/tiny:q4_k_m", PullProgress.NONE);
    assertThat(path).hasFileName("tiny-Q4_K_M.gguf").hasBinaryContent(Pulls.bytes(50_000, 3));
    assertThat(pull("mistral/tiny:tiny-Q8_0.gguf", PullProgress.NONE))
        .hasBinaryContent(Pulls.bytes(100_000, 2));
    assertThat(cache().models().stream().map(m -> m.name().toString()))
        .containsExactly("mistral/tiny:Q4_K_M", "mistral/tiny:Q8_0");
    assertThat(cache().find(ModelName.parse("mistral/tiny:Q4_K_M"))).contains(path);
    assertThat(cache().find(ModelName.parse("mistral/tiny:tiny-Q4_K_M.gguf"))).contains(path);
    assertThat(cache().find(ModelName.parse("mistral/tiny:Q5_0"))).isEmpty();
    assertThatExceptionOfType(HubException.class)
        .isThrownBy(() -> cache().find(Pulls.TINY))
        .withMessage(
            "mistral/tiny: several models were pulled, name one of them:"
                + " mistral/tiny:Q4_K_M, mistral/tiny:Q8_0");
  }

  @Test
  void asksOnlyWhatIsThereWhenNothingChanged() {
    Path path = pull("mistral/tiny", PullProgress.NONE);
    int before = hub.fileRequests().size();
    assertThat(pull("mistral/tiny", PullProgress.NONE)).isEqualTo(path);
    assertThat(hub.fileRequests()).hasSize(before);
  }

  @Test
  void updatesWithoutFetchingWhatStayed() throws Exception {
    Path before = pull("mistral/tiny", PullProgress.NONE);
    int asked = hub.fileRequests().size();
    hub.put("tokenizer.json", "{\"a\": 2}".getBytes(UTF_8), false);
    Path after = pull("mistral/tiny", PullProgress.NONE);
    assertThat(after.resolve("tokenizer.json")).hasContent("{\"a\": 2}");
    assertThat(after.resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
    assertThat(hub.fileRequests()).hasSize(asked + 1);
    assertThat(before).isNotEqualTo(after).doesNotExist();
    assertThat(cache().models()).hasSize(1);
    assertThat(Pulls.files(folder)).hasSize(4);
  }

  /// What changed on the disk since is not taken over.
  @Test
  void updatesCheckWhatTheyReuse() throws Exception {
    Path before = pull("mistral/tiny", PullProgress.NONE);
    Files.write(before.resolve("model.safetensors"), Pulls.bytes(WEIGHTS.length, 9));
    hub.put("tokenizer.json", "{\"a\": 2}".getBytes(UTF_8), false);
    Path after = pull("mistral/tiny", PullProgress.NONE);
    assertThat(after.resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
  }

  @Test
  void repairsWhatLostAFile() throws Exception {
    Path path = pull("mistral/tiny", PullProgress.NONE);
    Files.delete(path.resolve("config.json"));
    assertThat(cache().find(Pulls.TINY)).isEmpty();
    assertThat(cache().models()).isEmpty();
    assertThat(pull("mistral/tiny", PullProgress.NONE)).isEqualTo(path);
    assertThat(path.resolve("config.json")).exists();
  }

  @Test
  void survivesTwentyCuts() {
    var random = new Random(7);
    int[] cuts = {0};
    hub.answering((request, usual) -> {
      if (request.isFile() && cuts[0] < 20 && usual.length() > 1) {
        cuts[0]++;
        return usual.cutAfter(1 + random.nextInt(Math.max(1, usual.length() / 8)));
      }
      return usual;
    });
    var heard = new Pulls.Heard();
    Path path = pull("mistral/tiny", heard);
    assertThat(cuts[0]).isEqualTo(20);
    assertThat(heard.notes).hasSize(20).allMatch(n -> n.contains("trying again in "));
    assertThat(path.resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
    assertThat(heard.done).isEqualTo(heard.total);
    assertThat(hub.fileRequests())
        .anyMatch(
            r -> r.header("Range").matches("bytes=[0-9]+-") && !r.header("If-Range").isEmpty());
  }

  @Test
  void cutsWithoutALengthAreSeen() {
    int[] cuts = {0};
    hub.answering((request, usual) -> {
      if (!request.isFile()) {
        return usual;
      }
      Answer chunked = usual.with("Transfer-Encoding", "chunked");
      return cuts[0]++ < 3 ? chunked.cutAfter(usual.length() / 2) : chunked;
    });
    assertThat(pull("mistral/tiny:Q8_0", PullProgress.NONE))
        .hasBinaryContent(Pulls.bytes(100_000, 2));
  }

  @Test
  void givesUpWhenNothingComes() throws Exception {
    hub.answering((request, usual) -> request.isFile() ? usual.cutAfter(0) : usual);
    assertThatExceptionOfType(HubException.class)
        .isThrownBy(() -> pull("mistral/tiny:Q8_0", PullProgress.NONE))
        .withMessageStartingWith("mistral/tiny: tiny-Q8_0.gguf: ")
        .withMessageEndingWith(", 4 times in a row; try again later");
    assertThat(cache().models()).isEmpty();
  }

  @Test
  void goesOnAfterAPullThatFailed() {
    boolean[] broken = {true};
    hub.answering((request, usual) ->
        !request.isFile() || !broken[0]
            ? usual
            : request.header("Range").isEmpty() ? usual.cutAfter(60_000) : usual.cutAfter(0));
    assertThatExceptionOfType(HubException.class)
        .isThrownBy(() -> pull("mistral/tiny:Q8_0", PullProgress.NONE));
    PartialModel partial = cache().partials().getFirst();
    assertThat(partial.name()).hasToString("mistral/tiny:Q8_0");
    assertThat(partial.total()).isEqualTo(100_000);
    assertThat(partial.bytes()).isBetween(60_000L, 61_000L);

    broken[0] = false;
    var heard = new Pulls.Heard();
    Path path = pull("mistral/tiny:Q8_0", heard);
    assertThat(path).hasBinaryContent(Pulls.bytes(100_000, 2));
    assertThat(hub.fileRequests().getLast().header("Range")).isEqualTo("bytes=60000-");
    assertThat(cache().partials()).isEmpty();
  }

  @Test
  void beginsAnewWhereRangesAreIgnored() {
    int[] asked = {0};
    hub.answering((request, usual) -> {
      if (!request.isFile()) {
        return usual;
      }
      Answer whole = Answer.of(200, Pulls.bytes(100_000, 2));
      return asked[0]++ < 2 ? whole.cutAfter(50_000) : whole;
    });
    var heard = new Pulls.Heard();
    assertThat(pull("mistral/tiny:Q8_0", heard)).hasBinaryContent(Pulls.bytes(100_000, 2));
    assertThat(heard.done).isEqualTo(heard.total);
    assertThat(hub.fileRequests().getLast().header("Range")).isNotEmpty();
  }

  @Test
  void beginsAnewWhenTheFileChanged() {
    int[] asked = {0};
    hub.answering((request, usual) -> {
      if (!request.isFile()) {
        return usual;
      }
      asked[0]++;
      // First another version, then the right one by a server that does not know If-Range.
      return asked[0] == 1
          ? usual.with(Pulls.bytes(100_000, 8)).with("ETag", "\"old\"").cutAfter(40_000)
          : asked[0] == 2
              ? Answer.of(206, Pulls.bytes(60_000, 4))
                  .with("Content-Range", "bytes 40000-99999/100000")
                  .with("ETag", "\"new\"")
              : usual;
    });
    assertThat(pull("mistral/tiny:Q8_0", PullProgress.NONE))
        .hasBinaryContent(Pulls.bytes(100_000, 2));
    assertThat(hub.fileRequests().get(1).header("If-Range")).isEqualTo("\"old\"");
    assertThat(hub.fileRequests().get(2).header("Range")).isEmpty();
  }

  /// Two versions met in one file, and no tag told: the checksum does.
  @Test
  void fetchesAgainWhatDoesNotFitTogether() {
    int[] asked = {0};
    hub.answering((request, usual) ->
        request.isFile() && asked[0]++ == 0
            ? usual.with(Pulls.bytes(100_000, 8)).with("ETag", "W/\"weak\"").cutAfter(40_000)
            : usual);
    var heard = new Pulls.Heard();
    assertThat(pull("mistral/tiny:Q8_0", heard)).hasBinaryContent(Pulls.bytes(100_000, 2));
    assertThat(heard.notes).anyMatch(n -> n.contains("fetching it again"));
  }

  @Test
  void aSilentConnectionIsLeft() {
    HubOptions options =
        Pulls.options(hub, folder).retrying(2, Duration.ofMillis(1), Duration.ofMillis(300));
    boolean[] asked = {false};
    hub.answering((request, usual) -> {
      boolean first = request.isFile() && !asked[0];
      asked[0] |= request.isFile();
      return first ? usual.slowly(600_000) : usual;
    });
    var heard = new Pulls.Heard();
    Path path = Hub.of(options).pull(ModelName.parse("mistral/tiny:Q8_0"), heard);
    assertThat(path).hasBinaryContent(Pulls.bytes(100_000, 2));
    assertThat(heard.notes).singleElement().asString().contains("the hub is silent");
  }
}
