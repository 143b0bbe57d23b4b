package sirocco.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sirocco.testkit.FakeHub;
import sirocco.testkit.FakeHub.Answer;

/// What a hub sends is not trusted: nothing wrong becomes a model or leaves the cache.
final class HostileHubTest {
  private static final String SHA256 = "a".repeat(64);
  private static final String LFS = "\"lfs\": {\"sha256\": \"" + SHA256 + "\", \"size\": 10}";
  private static final ModelName Q8 = ModelName.parse("mistral/tiny:Q8_0");

  @TempDir private Path folder = Path.of("");
  private FakeHub hub;

  @BeforeEach
  void start() throws IOException {
    hub = new FakeHub().put("tiny-Q8_0.gguf", Pulls.bytes(100_000, 2), true);
  }

  @AfterEach
  void stop() throws IOException {
    hub.close();
  }

  private Path cache() {
    return folder.resolve("cache");
  }

  private String refused(ModelName name) {
    Hub client = Hub.of(Pulls.options(hub, cache()));
    String[] message = {""};
    assertThatExceptionOfType(HubException.class)
        .isThrownBy(() -> client.pull(name, PullProgress.NONE))
        .satisfies(e -> message[0] = String.valueOf(e.getMessage()));
    assertThat(message[0]).doesNotContain("\n").hasSizeLessThan(1100);
    assertThat(ModelCache.of(cache()).models()).isEmpty();
    return message[0];
  }

  private void listing(String siblings) {
    String json = "{\"sha\": \"" + "b".repeat(40) + "\", \"siblings\": [" + siblings + "]}";
    hub.answering((_, _) -> Answer.of(200, json));
  }

  @Test
  void wrongBytesAreFetchedTwiceAndThrownAway() throws Exception {
    hub.answering((r, usual) -> r.isFile() ? usual.with(Pulls.bytes(100_000, 5)) : usual);
    assertThat(refused(Q8))
        .contains("tiny-Q8_0.gguf: expected sha256:", ", found sha256:")
        .endsWith("; nothing of it was kept");
    assertThat(hub.fileRequests()).hasSize(2);
    assertThat(ModelCache.of(cache()).partials().getFirst().bytes()).isZero();
  }

  @Test
  void wrongSmallFilesAreSeen() {
    hub.put("config.json", "{}".getBytes(UTF_8), false).put("model.safetensors", new byte[9], true);
    hub.answering(
        (r, usual) -> r.path().endsWith("config.json") ? usual.with("[]".getBytes(UTF_8)) : usual);
    assertThat(refused(Pulls.TINY)).contains("config.json: expected git:");
  }

  @Test
  void otherLengthsThanListedAreRefused() {
    hub.answering((r, usual) -> r.isFile() ? usual.with(Pulls.bytes(99_999, 2)) : usual);
    assertThat(refused(Q8)).contains("the hub lists 100000 bytes, but sends 99999");
    hub.answering((r, usual) -> r.isFile() ? usual.with(Pulls.bytes(100_001, 2)) : usual);
    assertThat(refused(Q8)).contains("the hub lists 100000 bytes, but sends 100001");
    hub.answering((r, usual) ->
        r.isFile()
            ? usual.with(Pulls.bytes(200_000, 2)).with("Transfer-Encoding", "chunked")
            : usual);
    assertThat(refused(Q8)).contains("the hub lists 100000 bytes, but sends more");
    hub.answering((r, usual) ->
        r.isFile() && r.header("Range").isEmpty()
            ? usual.with(Pulls.bytes(50_000, 2)).with("Transfer-Encoding", "chunked")
            : r.isFile() ? Answer.of(416, "") : usual);
    assertThat(refused(Q8)).contains("4 times in a row");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../evil.gguf",
        "/etc/evil.gguf",
        "a\\\\..\\\\evil.gguf",
        "C:evil.gguf",
        "C:/evil.gguf",
        "a/../../evil.gguf",
        "./evil.gguf",
        "a//evil.gguf",
        ".hidden.gguf",
        "nul.gguf",
        "a/COM1.x.gguf",
        "evil\\u0000.gguf",
        "evil\\u202egguf.gguf",
        "a?.gguf",
        "a /evil.gguf",
        "a./evil.gguf",
        "\\ud800.gguf",
        "a/b/c/d/e/f/g/h/evil.gguf"
      })
  void namesThatReachElsewhereAreRefused(String path) throws Exception {
    listing("{\"rfilename\": \"" + path + "\", " + LFS + "}");
    assertThat(refused(Pulls.TINY)).contains("not safe to write");
    assertThat(Pulls.files(folder)).isEmpty();
  }

  @Test
  void longNamesAreRefused() {
    listing("{\"rfilename\": \"" + "x".repeat(300) + ".gguf\", " + LFS + "}");
    assertThat(refused(Pulls.TINY)).contains("longer than 180 bytes");
    listing("{\"rfilename\": \"" + "x".repeat(300_000) + ".gguf\", " + LFS + "}");
    assertThat(refused(Pulls.TINY)).contains("found no file");
  }

  @Test
  void namesThatSomeDisksTakeForOneAreRefused() {
    listing(
        String.join(
            ", ",
            "{\"rfilename\": \"config.json\", " + LFS + "}",
            "{\"rfilename\": \"weights.safetensors\", " + LFS + "}",
            "{\"rfilename\": \"Weights.safetensors\", " + LFS + "}"));
    assertThat(refused(Pulls.TINY)).contains("eights.safetensors twice");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hello",
        "<html>",
        "[]",
        "null",
        "{}",
        "{\"sha\": 5}",
        "{\"sha\": \"../../x\", \"siblings\": []}",
        "{\"sha\": \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\", \"siblings\": {}}",
        "{\"sha\": \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\", \"siblings\": [5]}",
        "{\"sha\": \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\", \"siblings\": [{}]}",
        "{\"sha\": \"b\", \"sha\": \"b\"}",
        "{} {}"
      })
  void answersThatAreNoListingAreNamed(String json) {
    hub.answering((_, _) -> Answer.of(200, json));
    assertThat(refused(Pulls.TINY)).startsWith("the hub's answer to http://127.0.0.1:");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\"size\": 10",
        "\"size\": -1, \"blobId\": \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"",
        "\"size\": 9223372036854775807, \"blobId\": \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"",
        "\"size\": 1e3, \"blobId\": \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"",
        "\"size\": 99999999999999999999, \"blobId\": \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"",
        "\"size\": \"10\", \"blobId\": \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"",
        "\"size\": 10, \"blobId\": \"../../x\"",
        "\"size\": 10, \"lfs\": []",
        "\"size\": 10, \"lfs\": {\"sha256\": \"abc\", \"size\": 10}",
        "\"lfs\": {\"sha256\": \"abc\"}"
      })
  void filesThatCannotBeCheckedAreRefused(String rest) {
    listing("{\"rfilename\": \"x.gguf\"" + (rest.isEmpty() ? "" : ", ") + rest + "}");
    refused(Pulls.TINY);
    assertThat(hub.fileRequests()).isEmpty();
  }

  @Test
  void hugeAndDeepAnswersAreLeft() {
    hub.answering((_, _) -> Answer.of(200, "[".repeat(1_000_000)));
    assertThat(refused(Pulls.TINY)).contains("expected JSON");
    hub.answering((_, _) -> Answer.of(200, " ".repeat((16 << 20) + 1)));
    assertThat(refused(Pulls.TINY)).contains("expected at most 16 MiB");
    String many = "{\"rfilename\": \"a_token_a_token\"},".repeat(100_000);
    listing(many + "{\"rfilename\": \"x\"}");
    assertThat(refused(Pulls.TINY)).contains("expected safetensors");
  }

  @Test
  void aFullDiskIsSeenBeforeTheFirstByte() {
    listing(
        "{\"rfilename\": \"x.gguf\", \"lfs\": {\"sha256\": \""
            + SHA256
            + "\", \"size\": "
            + (1L << 49)
            + "}}");
    assertThat(refused(Pulls.TINY))
        .startsWith("mistral/tiny:x.gguf: needs 562949.95 GB more on the disk of " + cache())
        .contains(" GB free; make room, or set SIROCCO_CACHE");
    assertThat(hub.fileRequests()).isEmpty();
  }

  @Test
  void linksInTheCacheAreNotFollowed() throws Exception {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Files.createDirectories(cache());
    Files.createSymbolicLink(cache().resolve(".partial"), elsewhere);
    assertThat(refused(Q8)).contains("expected a folder, found something else");
    Files.delete(cache().resolve(".partial"));
    Files.createSymbolicLink(cache().resolve("mistral"), elsewhere);
    assertThat(refused(Q8)).contains("expected a folder, found something else");
    assertThat(elsewhere).isEmptyDirectory();
  }

  /// A link where bytes gather would let them run into another file.
  @Test
  void linksInThePlaceOfPartsAreNotFollowed() throws Exception {
    hub.answering((r, usual) -> r.isFile() ? usual.cutAfter(0) : usual);
    refused(Q8);
    Path victim = Files.writeString(folder.resolve("victim"), "mine");
    List<String> parts = Pulls.files(cache()).stream().filter(f -> f.endsWith(".part")).toList();
    Path part = cache().resolve(parts.getFirst());
    Files.delete(part);
    Files.createSymbolicLink(part, victim);
    hub.answering((_, usual) -> usual);
    assertThat(refused(Q8)).contains("cannot be written");
    assertThat(victim).hasContent("mine");
  }
}
