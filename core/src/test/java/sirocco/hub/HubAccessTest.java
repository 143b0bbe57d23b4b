package sirocco.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.testkit.FakeHub;
import sirocco.testkit.FakeHub.Answer;

/// Who sees the token, and what a user reads when the hub says no.
final class HubAccessTest {
  private static final ModelName Q8 = ModelName.parse("mistral/tiny:Q8_0");
  private static final byte[] WEIGHTS = Pulls.bytes(10_000, 2);

  @TempDir private Path folder = Path.of("");
  private FakeHub hub;
  private FakeHub other;

  @BeforeEach
  void start() throws IOException {
    hub = new FakeHub().put("tiny-Q8_0.gguf", WEIGHTS, true);
    other = new FakeHub();
  }

  @AfterEach
  void stop() throws IOException {
    hub.close();
    other.close();
  }

  private HubOptions options() {
    return Pulls.options(hub, folder).token(Optional.of(HubToken.of("hf_secret")));
  }

  private String refused(HubOptions options, ModelName name, String revision) {
    String[] message = {""};
    assertThatExceptionOfType(HubException.class)
        .isThrownBy(() -> Hub.of(options).pull(name, revision, PullProgress.NONE))
        .satisfies(e -> message[0] = String.valueOf(e.getMessage()));
    assertThat(message[0]).doesNotContain("hf_secret");
    return message[0];
  }

  @Test
  void theTokenGoesToTheHubAndNoFurther() {
    other.answering((_, _) -> Answer.of(200, WEIGHTS));
    hub.answering((r, usual) ->
        r.isFile() ? Answer.of(302, "").with("Location", other.uri() + "/signed?Key=1") : usual);
    assertThat(Hub.of(options()).pull(Q8, PullProgress.NONE)).hasBinaryContent(WEIGHTS);
    assertThat(hub.requests())
        .hasSize(2)
        .allMatch(r -> r.header("Authorization").equals("Bearer hf_secret"));
    assertThat(other.requests()).hasSize(1).allMatch(r -> r.header("Authorization").isEmpty());
    assertThat(other.requests().getFirst().path()).isEqualTo("/signed?Key=1");
  }

  @Test
  void theTokenDoesNotComeBackFromADetour() {
    other.answering((_, _) -> Answer.of(302, "").with("Location", hub.uri() + "/back"));
    hub.answering((r, usual) ->
        r.isFile()
            ? Answer.of(302, "").with("Location", other.uri() + "/away")
            : r.path().equals("/back") ? Answer.of(200, WEIGHTS) : usual);
    Hub.of(options()).pull(Q8, PullProgress.NONE);
    assertThat(hub.requests().getLast().path()).isEqualTo("/back");
    assertThat(hub.requests().getLast().header("Authorization")).isEmpty();
  }

  @Test
  void redirectsInsideTheHubKeepIt() {
    hub.answering((r, usual) ->
        r.isFile()
            ? Answer.of(307, "").with("Location", "/inside")
            : r.path().equals("/inside") ? Answer.of(200, WEIGHTS) : usual);
    Hub.of(options()).pull(Q8, PullProgress.NONE);
    assertThat(hub.requests().getLast().path()).isEqualTo("/inside");
    assertThat(hub.requests().getLast().header("Authorization")).isEqualTo("Bearer hf_secret");
  }

  @Test
  void redirectsThatLeadNowhereEnd() {
    hub.answering((r, _) -> Answer.of(302, "").with("Location", r.path()));
    assertThat(refused(options(), Q8, "main")).contains("more than 10 redirects");
    for (String location : new String[] {"", "file:///etc/passwd", "ftp://x/", "http://", "a b"}) {
      hub.answering((_, _) -> Answer.of(302, "").with("Location", location));
      assertThat(refused(options(), Q8, "main")).contains("redirects to ");
    }
  }

  @Test
  void itIsOnlySentWhereNobodyListens() {
    assertThat(sends("https://huggingface.co")).isTrue();
    assertThat(sends("http://127.0.0.1:80")).isTrue();
    assertThat(sends("http://localhost/hub")).isTrue();
    assertThat(sends("http://[::1]:80")).isTrue();
    assertThat(sends("http://huggingface.co")).isFalse();
    assertThat(sends("http://127.0.0.1.evil.com")).isFalse();
    assertThat(options().toString()).doesNotContain("hf_secret");
  }

  private boolean sends(String hubAddress) {
    return options().hub(URI.create(hubAddress)).isPrivate();
  }

  @Test
  void gatedModelsSayHowToGetIn() {
    hub.answering((r, usual) ->
        r.isFile()
            ? Answer.of(403, "")
                .with("X-Error-Code", "GatedRepo")
                .with("X-Error-Message", "Access is restricted")
            : usual);
    String page = hub.uri() + "/mistral/tiny";
    assertThat(refused(options().token(Optional.empty()), Q8, "main"))
        .isEqualTo(
            "mistral/tiny: tiny-Q8_0.gguf: 127.0.0.1 gives it only to those who were let in (403:"
                + " Access is restricted); accept its terms at "
                + page
                + " and set HF_TOKEN");
    assertThat(refused(options(), Q8, "main")).endsWith("with the user whose token was sent");
  }

  @Test
  void modelsThatAreNotThereHaveNeighbours() {
    hub.answering((r, usual) ->
        r.path().startsWith("/api/models?search=tinny&")
            ? Answer.of(200, "[{\"id\": \"mistral/tiny\"}, {\"id\": \"m/tinny-2\"}]")
            : usual);
    ModelName name = ModelName.parse("mistral/tinny");
    assertThat(refused(options(), name, "main"))
        .isEqualTo(
            "mistral/tinny: 127.0.0.1 has no such model; similar names there: mistral/tiny,"
                + " m/tinny-2");
    hub.answering((_, _) -> Answer.of(401, "").with("X-Error-Code", "RepoNotFound"));
    assertThat(refused(options().token(Optional.empty()), name, "main"))
        .contains("has no such model that this user may see; if it is private, accept its terms");
  }

  @Test
  void revisionsThatAreNotThereHaveNeighboursToo() {
    String refs = "{\"branches\": [{\"name\": \"main\"}], \"tags\": [{\"name\": \"v1\"}]}";
    hub.answering((r, usual) ->
        r.path().equals("/api/models/mistral/tiny/refs") ? Answer.of(200, refs) : usual);
    assertThat(refused(options(), Q8, "v2"))
        .isEqualTo("mistral/tiny: has no revision v2; it has main, v1");
    Hub.of(options()).pull(Q8, hub.commit(), PullProgress.NONE);
  }

  @Test
  void quantisationsThatAreNotThereToo() {
    hub.put("tiny-Q4_K_M.gguf", WEIGHTS, true);
    assertThat(refused(options(), ModelName.parse("mistral/tiny:Q5_0"), "main"))
        .isEqualTo(
            "mistral/tiny: has no GGUF model Q5_0; it has mistral/tiny:Q4_K_M, mistral/tiny:Q8_0");
    assertThat(refused(options(), Pulls.TINY, "main"))
        .isEqualTo(
            "mistral/tiny: has several models, name one of them: mistral/tiny:Q4_K_M,"
                + " mistral/tiny:Q8_0");
  }

  @Test
  void busyHubsAreWaitedFor() {
    int[] asked = {0};
    hub.answering((_, usual) ->
        switch (asked[0]++) {
          case 0 -> Answer.of(503, "");
          case 1 -> Answer.of(429, "").with("Retry-After", "1");
          case 3 -> Answer.of(500, "");
          default -> usual;
        });
    var heard = new Pulls.Heard();
    long start = System.nanoTime();
    Hub.of(options()).pull(Q8, heard);
    assertThat(System.nanoTime() - start).isGreaterThan(Duration.ofSeconds(1).toNanos());
    assertThat(heard.notes).hasSize(3);
    assertThat(heard.notes.get(1))
        .isEqualTo("mistral/tiny: the hub was asked too often (429); trying again in 1.0 s");
  }

  @Test
  void whoIsToWaitForHoursIsTold() {
    hub.answering((_, _) -> Answer.of(429, "").with("Retry-After", "7200"));
    assertThat(refused(options(), Q8, "main")).contains("asks to wait 120 minutes");
  }

  @Test
  void noHubAtAll() throws IOException {
    int port;
    try (var closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }
    HubOptions nobody = options().hub(URI.create("http://127.0.0.1:" + port));
    assertThat(refused(nobody, Q8, "main"))
        .startsWith("mistral/tiny: 127.0.0.1 cannot be reached, 4 times in a row; try again later");
  }

  @Test
  void theEnvironmentSaysWhichHubAndWho() throws IOException {
    Path file = Files.writeString(folder.resolve("token"), "hf_file\n");
    var none = HubOptions.of(Map.of(), folder.toString());
    assertThat(none.hub()).isEqualTo(HubOptions.HUGGING_FACE);
    assertThat(none.token()).isEmpty();
    assertThat(none.cache().root()).isEqualTo(folder.resolve(".cache/sirocco/models"));
    var all =
        HubOptions.of(
            Map.of("HF_ENDPOINT", "https://b", "SIROCCO_HUB", "https://a", "HF_TOKEN", " hf_own\n"),
            "/h");
    assertThat(all.hub()).hasToString("https://a");
    assertThat(all.token().orElseThrow().authorization()).isEqualTo("Bearer hf_own");
    var paths = Map.of("HF_ENDPOINT", "https://b", "HF_TOKEN_PATH", file.toString());
    assertThat(HubOptions.of(paths, "/h").hub()).hasToString("https://b");
    assertThat(HubOptions.of(paths, "/h").token().orElseThrow().authorization())
        .isEqualTo("Bearer hf_file");
    assertThat(HubOptions.of(Map.of("HF_HOME", folder.toString()), "/h").token()).isPresent();
    assertThatExceptionOfType(HubException.class)
        .isThrownBy(() -> HubOptions.of(Map.of("HF_TOKEN_PATH", "/no/such"), "/h"))
        .withMessageContaining("/no/such: the hub's token cannot be read");
    assertThatExceptionOfType(HubException.class)
        .isThrownBy(() -> HubToken.of("a\nb"))
        .withMessageNotContaining("a\nb");
    for (String bad : new String[] {"x", "ftp://x", "http:///y", "http://a:b@c/", "http://a?b"}) {
      assertThatExceptionOfType(HubException.class)
          .isThrownBy(() -> HubOptions.of(Map.of("SIROCCO_HUB", bad), "/h"))
          .withMessageStartingWith("the hub's address: expected one such as https://");
    }
  }
}
