package sirocco.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.server.TestServer.Answer;
import sirocco.server.access.AccessException;
import sirocco.server.access.Allowance;
import sirocco.server.access.ApiKey;

/// Who gets in, and how often.
final class AccessTest {
  private static final List<ApiKey> KEYS =
      List.of(
          new ApiKey("everybody", "sk-first-key", Allowance.UNLIMITED),
          new ApiKey("seldom", "sk-second-key", new Allowance(2, 0)),
          new ApiKey("idle", "sk-third-key", new Allowance(0, 1)));

  private static Answer models(TestServer server, String key) {
    return server.get("/v1/models", "Authorization", "Bearer " + key);
  }

  @Test
  void onlyKnownKeysOpen() {
    try (TestServer server = TestServer.start(options -> options.keys(KEYS))) {
      Answer without = server.get("/v1/models");
      assertThat(without.status()).isEqualTo(401);
      assertThat(without.header("www-authenticate")).isEqualTo("Bearer");
      assertThat(without.error().get("code").asString()).isEqualTo("invalid_api_key");
      assertThat(models(server, "sk-first-key").status()).isEqualTo(200);
      for (String wrong : List.of("sk-first-ke", "sk-first-keyy", "sk-other", "everybody", "x")) {
        assertThat(models(server, wrong).status()).as(wrong).isEqualTo(401);
      }
      assertThat(server.get("/v1/models", "Authorization", "Basic sk-first-key").status())
          .isEqualTo(401);
      assertThat(server.post("/v1/chat/completions", "{}").status()).isEqualTo(401);
      assertThat(server.get("/metrics").status()).isEqualTo(401);
      assertThat(server.get("/nowhere/at/all").status()).isEqualTo(404);
      for (String open : List.of("/health", "/ready")) {
        assertThat(server.get(open).status()).isEqualTo(200);
      }
      assertThat(server.log()).noneMatch(line -> line.contains("sk-"));
      assertThat(server.log()).anyMatch(line -> line.contains("\"key\":\"everybody\""));
    }
  }

  @Test
  void aKeyMayAskOnlySoOften() {
    try (TestServer server = TestServer.start(options -> options.keys(KEYS))) {
      assertThat(models(server, "sk-second-key").status()).isEqualTo(200);
      assertThat(models(server, "sk-second-key").status()).isEqualTo(200);
      Answer third = models(server, "sk-second-key");
      assertThat(third.status()).isEqualTo(429);
      assertThat(Integer.parseInt(third.header("retry-after"))).isBetween(1, 31);
      assertThat(third.error().get("code").asString()).isEqualTo("rate_limit_exceeded");
      assertThat(models(server, "sk-first-key").status()).isEqualTo(200);
      for (int i = 0; i < 5; i++) {
        assertThat(models(server, "sk-third-key").status()).as("one at a time").isEqualTo(200);
      }
    }
  }

  @Test
  void anotherAddressNeedsAKey() {
    ServerOptions local = ServerOptions.of("tiny");
    InetSocketAddress everywhere = new InetSocketAddress("0.0.0.0", 0);
    assertThatThrownBy(() -> at(local, everywhere))
        .isInstanceOf(ServerException.class)
        .hasMessageContaining("needs an API key");
    assertThat(at(local.keys(KEYS), everywhere).keys()).hasSize(3);
    assertThatThrownBy(
            () -> at(local, InetSocketAddress.createUnresolved("no-such-host.invalid", 0)))
        .hasMessageContaining("no such host");
  }

  private static ServerOptions at(ServerOptions o, InetSocketAddress address) {
    return new ServerOptions(
        address,
        o.name(),
        o.defaults(),
        o.keys(),
        o.tls(),
        o.origins(),
        o.limits(),
        o.timeout(),
        o.logsPrompts());
  }

  @Test
  void keysAreReadFromAFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("keys");
    Files.writeString(
        file, "# ours\nsk-abcdefgh name=team rate=60\n\n  sk-12345678 concurrent=3\n");
    List<ApiKey> keys = ApiKey.read(file, new Allowance(5, 0));
    assertThat(keys)
        .containsExactly(
            new ApiKey("team", "sk-abcdefgh", new Allowance(60, 0)),
            new ApiKey("key 2", "sk-12345678", new Allowance(5, 3)));
    assertThat(keys.toString()).doesNotContain("sk-");
    for (String wrong :
        List.of("short", "sk-abcdefgh rate=fast", "sk-abcdefgh colour=red", "# none\n")) {
      Files.writeString(file, wrong);
      assertThatThrownBy(() -> ApiKey.read(file, Allowance.UNLIMITED))
          .isInstanceOf(AccessException.class)
          .hasMessageContaining(file.toString());
    }
  }

  /// A page of another origin, or one whose name was made to point here, must not get in.
  @Test
  void pagesOfOthersAreKeptOut() {
    try (TestServer server = TestServer.start()) {
      Answer foreign = server.get("/v1/models", "Origin", "https://evil.example");
      assertThat(foreign.status()).isEqualTo(403);
      assertThat(foreign.header("access-control-allow-origin")).isEmpty();
      String own = server.server.uri().toString();
      assertThat(server.get("/v1/models", "Origin", own).status()).isEqualTo(200);
    }
    try (TestServer server = TestServer.start(AccessTest::withOrigin)) {
      Answer known = server.get("/v1/models", "Origin", "https://chat.example");
      assertThat(known.status()).isEqualTo(200);
      assertThat(known.header("access-control-allow-origin")).isEqualTo("https://chat.example");
      Answer question =
          server.send(
              server
                  .request("/v1/chat/completions", "Origin", "https://chat.example")
                  .method("OPTIONS", java.net.http.HttpRequest.BodyPublishers.noBody())
                  .build());
      assertThat(question.status()).isEqualTo(204);
      assertThat(question.header("access-control-allow-headers")).contains("Authorization");
    }
  }

  private static ServerOptions withOrigin(ServerOptions o) {
    return new ServerOptions(
        o.address(),
        o.name(),
        o.defaults(),
        o.keys(),
        o.tls(),
        List.of("https://chat.example"),
        o.limits(),
        o.timeout(),
        o.logsPrompts());
  }
}
