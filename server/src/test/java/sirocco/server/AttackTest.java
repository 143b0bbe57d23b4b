package sirocco.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sirocco.server.TestServer.Answer;
import sirocco.server.http.Limits;

/// What bad clients send. The server refuses it, in one form, and answers the next one.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AttackTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final Duration SHORT = Duration.ofMillis(600);

  private final TestServer server =
      TestServer.start(options ->
          options.limits(
              new Limits(
                  4 << 20,
                  8 << 20,
                  16 << 10,
                  64,
                  2000,
                  SHORT,
                  SHORT,
                  SHORT,
                  Duration.ofSeconds(4))));

  @AfterAll
  void stop() {
    server.close();
  }

  @AfterEach
  void answersTheNextOne() {
    assertThat(server.get("/ready").status()).isEqualTo(200);
    Answer answer = server.post("/v1/completions", "{'prompt': 'in the end', 'temperature': 0}");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(server.log()).noneMatch(line -> line.contains("\"fault\""));
  }

  private Answer postBytes(byte[] body) {
    return server.send(
        server
            .request(CHAT)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(body))
            .build());
  }

  private void refused(Answer answer, int status, String complaint) {
    assertThat(answer.status()).as(answer.response().body()).isEqualTo(status);
    assertThat(answer.error().get("message").asString()).contains(complaint);
  }

  @Test
  void aHugeBody() throws IOException {
    refused(postBytes(new byte[5 << 20]), 413, "larger than");
    // What is only announced is refused before it comes.
    try (var raw = new RawConnection(server.port())) {
      raw.send(head("Content-Length: 999999999999\r\n"));
      assertThat(raw.read(4096)).startsWith("HTTP/1.1 413");
    }
    // What is not announced is counted.
    try (var raw = new RawConnection(server.port())) {
      raw.send(head("Transfer-Encoding: chunked\r\n"));
      String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
      for (int i = 0; i < 80; i++) {
        raw.send(chunk);
      }
      assertThat(raw.read(4096)).startsWith("HTTP/1.1 413");
    }
  }

  private static String head(String fields) {
    return "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n"
        + "Content-Type: application/json\r\n"
        + fields
        + "\r\n";
  }

  @Test
  void aSlowBody() throws Exception {
    try (var raw = new RawConnection(server.port())) {
      raw.send(head("Content-Length: 1000\r\n"));
      long started = System.nanoTime();
      String answer = drip(raw, "{");
      assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(5));
      assertThat(answer).doesNotContain("200 OK");
    }
  }

  @Test
  void aSlowHeader() throws Exception {
    try (var raw = new RawConnection(server.port())) {
      raw.send("GET /health HTTP/1.1\r\nHost: localhost\r\n");
      long started = System.nanoTime();
      assertThat(drip(raw, "X")).isEmpty();
      assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(5));
    }
  }

  /// Sends a byte now and then until the server has enough.
  private static String drip(RawConnection raw, String piece) throws InterruptedException {
    try {
      for (int i = 0; i < 80; i++) {
        raw.send(piece);
        Thread.sleep(100);
      }
      return raw.readAll();
    } catch (IOException e) {
      return ""; // cut
    }
  }

  @Test
  void aThousandIdleConnections() throws Exception {
    List<RawConnection> idle = new ArrayList<>();
    try {
      for (int i = 0; i < 1000; i++) {
        idle.add(new RawConnection(server.port()));
        if (i % 2 == 0) {
          idle.getLast().send("GET /hea");
        }
      }
      answersTheNextOne();
      // In the end they are closed, those with half a line too.
      for (RawConnection connection : idle) {
        assertThat(connection.readAll()).isEmpty();
      }
    } finally {
      for (RawConnection connection : idle) {
        connection.close();
      }
    }
  }

  @Test
  void deepJson() {
    for (String open : List.of("[", "{\"a\":")) {
      Answer answer =
          postBytes(("{\"messages\":" + open.repeat(100_000)).getBytes(StandardCharsets.UTF_8));
      refused(answer, 400, "not valid JSON");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "{",
        "{'a': NaN}",
        "{'temperature': Infinity}",
        "{'temperature': 'NaN'}",
        "{'model': 'tiny', 'model': 'other'}",
        "{} {}",
        "{'seed': 1" + "1111111111111111111111111111111111111111" + "}",
        "{'messages': [{'role': 'user', 'content': 'x'}], 'temperature': -0.5}",
        "{'messages': [{'role': 'user', 'content': 'x'}], 'top_k': -1}",
        "{'messages': [{'role': 'user', 'content': 'x'}], 'max_tokens': 99999999999}",
      })
  void jsonThatIsNone(String body) {
    assertThat(server.post(CHAT, body).status()).isEqualTo(400);
  }

  @Test
  void invalidUtf8() {
    byte[] body =
        "{\"messages\": [{\"role\": \"user\", \"content\": \"xx\"}]}"
            .getBytes(StandardCharsets.UTF_8);
    body[body.length - 6] = (byte) 0xC0;
    body[body.length - 5] = (byte) 0xAF;
    refused(postBytes(body), 400, "not valid UTF-8");
    // Half a surrogate pair is no character either, but JSON can spell it.
    Answer answer =
        server.post(
            CHAT, "{'messages': [{'role': 'user', 'content': '\\ud800'}], 'max_tokens': 2}");
    assertThat(answer.status()).isIn(200, 400);
  }

  @Test
  void aPromptOfAMillionTokens() {
    String words = "a ".repeat(1_000_000);
    Answer text = server.post(CHAT, "{'messages': [{'role': 'user', 'content': '" + words + "'}]}");
    refused(text, 400, "the context is of 256");
    assertThat(text.error().get("code").asString()).isEqualTo("context_length_exceeded");
    String ids = "[" + "5,".repeat(999_999) + "5]";
    refused(
        server.post("/v1/completions", "{'prompt': " + ids + "}"), 400, "the context is of 256");
    refused(server.post("/v1/embeddings", "{'input': " + ids + "}"), 400, "the context is of 256");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../etc/passwd",
        "/etc/passwd",
        "tiny/../tiny",
        "file:///etc/passwd",
        "http://x/y",
        ""
      })
  void aPathAsModel(String name) {
    Answer answer = server.post("/v1/completions", "{'prompt': 'a', 'model': '" + name + "'}");
    refused(answer, 404, "no model of this name");
    assertThat(answer.error().get("code").asString()).isEqualTo("model_not_found");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../pom.xml",
        "/web/../module-info.class",
        "/%2e%2e/module-info.class",
        "/..%2fmodule-info.class",
        "/sirocco/server/Server.class",
        "/.git",
        "/%00",
        "//probe.txt",
        "/folder/",
      })
  void aPathOutOfTheWebFolder(String path) throws IOException {
    try (var raw = new RawConnection(server.port())) {
      raw.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      assertThat(raw.readAll()).startsWith("HTTP/1.1 4");
    }
  }

  /// A template's code in what is said stays what is said.
  @Test
  void templateBombs() {
    String bomb =
        "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}{{ 9**9 }}";
    Answer answer =
        server.post(
            CHAT, "{'messages': [{'role': 'user', 'content': '" + bomb + "'}], 'max_tokens': 1}");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().at("/usage/prompt_tokens").asInt()).isLessThan(256);
  }

  @Test
  void headerInjection() throws IOException {
    for (String path : List.of("/v1/models%0d%0aX-Bad:%201", "/v1/models/a%0d%0aX-Bad:%201")) {
      assertThat(server.get(path).response().headers().map()).doesNotContainKey("x-bad");
    }
    for (String field :
        List.of(
            "x-request-id: a\rX-Bad: 1",
            "Bad Name: 1",
            "Host: other",
            "Content-Length: 0\r\nContent-Length: 5",
            "Content-Length: 3\r\nTransfer-Encoding: chunked",
            "Content-Length: -1",
            "X-Large: " + "x".repeat(20_000))) {
      try (var raw = new RawConnection(server.port())) {
        raw.send(
            "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + field
                + "\r\n\r\n");
        String answer = raw.readAll();
        assertThat(answer).as(field.substring(0, 8)).startsWith("HTTP/1.1 4");
        assertThat(answer).doesNotContain("X-Bad");
      }
    }
    assertThat(server.log()).allMatch(line -> line.lines().count() == 1);
  }

  @Test
  void noJson() {
    Answer form =
        server.send(
            server
                .request(CHAT)
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString("{\"messages\": []}"))
                .build());
    refused(form, 415, "must be JSON");
    refused(server.get(CHAT), 405, "POST only");
    refused(server.post("/v1/models", "{}"), 405, "GET only");
  }

  @Test
  void anotherHostsName() throws IOException {
    try (var raw = new RawConnection(server.port())) {
      raw.send("GET /v1/models HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
      assertThat(raw.readAll()).startsWith("HTTP/1.1 403");
    }
  }
}
