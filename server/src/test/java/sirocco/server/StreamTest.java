package sirocco.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import sirocco.engine.SchedulerOptions;
import sirocco.server.TestServer.Answer;
import tools.jackson.databind.JsonNode;

/// Clients that leave, that are slow, that are too many; and the end of the server.
final class StreamTest {
  /// An answer as long as the context: the end token is barred.
  private static final String LONG =
      "{\"prompt\": \"in the end\", \"temperature\": 0, \"max_tokens\": 200,"
          + " \"logit_bias\": {\"2\": -1000}%s}";

  private static String request(String body) {
    return "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\n"
        + "Content-Type: application/json\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  private static void awaitIdle(TestServer server) throws InterruptedException {
    for (int i = 0; i < 100 && server.scheduler.status().running() > 0; i++) {
      Thread.sleep(20);
    }
    assertThat(server.scheduler.status().running()).isZero();
  }

  @Test
  void aClientThatLeavesStopsItsGeneration() throws Exception {
    for (String stream : new String[] {"", ", \"stream\": true"}) {
      try (TestServer server = TestServer.start()) {
        try (var raw = new RawConnection(server.port())) {
          String body = LONG.formatted(", \"n\": 64, \"logprobs\": 20" + stream);
          raw.send(request(body));
          while (server.scheduler.status().running() == 0) {
            Thread.sleep(1);
          }
        }
        awaitIdle(server);
        long made = server.scheduler.status().counts().generatedTokens();
        assertThat(made).as("of 12800").isLessThan(9000);
        assertThat(server.firstLogLine()).contains("the client left");
      }
    }
  }

  @Test
  void tooManyRequestsAreToldWhenToComeBack() throws Exception {
    var one = new SchedulerOptions(1, 0, 1 << 24, Duration.ofMillis(200));
    try (TestServer server = TestServer.start(options -> options, one)) {
      Answer both = server.post("/v1/completions", LONG.formatted(", \"n\": 2").replace('"', '\''));
      assertThat(both.status()).isEqualTo(429);
      assertThat(Integer.parseInt(both.header("retry-after"))).isPositive();
      awaitIdle(server);
      assertThat(server.post("/v1/completions", "{'prompt': 'in'}").status()).isEqualTo(200);
    }
  }

  @Test
  void anAnswerEndsWhenItsTimeIsOver() throws Exception {
    try (TestServer server = TestServer.start()) {
      Answer answer =
          server.post(
              "/v1/completions",
              LONG.formatted(", \"timeout\": 0.0001, \"n\": 16").replace('"', '\''));
      assertThat(answer.status()).isEqualTo(200);
      JsonNode choice = answer.json().at("/choices/0");
      assertThat(choice.get("finish_reason").asString()).isEqualTo("length");
      assertThat(server.firstLogLine()).contains("timeout");
    }
  }

  @Test
  void aServerThatDrainsFinishesWhatItHas() throws Exception {
    try (TestServer server = TestServer.start()) {
      try (var raw = new RawConnection(server.port())) {
        raw.send(request(LONG.formatted(", \"stream\": true")));
        String first = raw.read(4096);
        assertThat(first).startsWith("HTTP/1.1 200");
        Thread drain = Thread.ofVirtual().start(() -> drain(server));
        String rest = raw.readAll();
        assertThat(rest).endsWith("data: [DONE]\n\n\r\n0\r\n\r\n");
        drain.join();
      }
      Answer ready = server.get("/ready");
      assertThat(ready.status()).isEqualTo(503);
      assertThat(server.get("/health").status()).isEqualTo(200);
      Answer late = server.post("/v1/completions", "{'prompt': 'in'}");
      assertThat(late.status()).isEqualTo(503);
      assertThat(late.header("retry-after")).isNotEmpty();
    }
  }

  private static void drain(TestServer server) {
    try {
      server.server.drain(Duration.ofSeconds(10));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatIsSaidIsLoggedOnlyIfAsked() throws Exception {
    for (boolean asked : new boolean[] {false, true}) {
      try (TestServer server = TestServer.start(o -> logging(o, asked))) {
        server.post(
            "/v1/chat/completions",
            "{'messages': [{'role': 'user', 'content': 'my secret'}], 'max_tokens': 3}");
        String line = server.firstLogLine();
        assertThat(line.contains("my secret")).isEqualTo(asked);
        assertThat(line.contains("answers")).isEqualTo(asked);
        assertThat(line).contains("\"completion_tokens\":", "\"status\":200", "\"model\":\"tiny\"");
      }
    }
  }

  private static ServerOptions logging(ServerOptions o, boolean prompts) {
    return new ServerOptions(
        o.address(),
        o.name(),
        o.defaults(),
        o.keys(),
        o.tls(),
        o.origins(),
        o.limits(),
        o.timeout(),
        prompts);
  }

  @Test
  void aPortInUseIsSaid() throws IOException {
    try (TestServer server = TestServer.start()) {
      ServerOptions same = ServerOptions.of("tiny").port(server.port());
      try (Server second = Server.start(server.model, same, line -> {})) {
        throw new AssertionError("two servers at " + second.uri());
      } catch (ServerException e) {
        assertThat(e).hasMessageContaining("is the port in use");
      }
    }
  }

  @Test
  void metricsAddUp() {
    try (TestServer server = TestServer.start()) {
      server.post("/v1/completions", "{'prompt': 'in', 'max_tokens': 3}");
      server.get("/no/such/thing");
      String text = server.get("/metrics").response().body();
      assertThat(text)
          .contains(
              "sirocco_http_answers_total{route=\"/v1/completions\",method=\"POST\",status=\"200\"} 1",
              "sirocco_http_answers_total{route=\"/*\",method=\"GET\",status=\"404\"} 1",
              "sirocco_first_token_seconds_count 1",
              "sirocco_healthy 1",
              "sirocco_requests_ended_total{how=\"completed\",reason=\"length\"} 1",
              "sirocco_requests_ended_total{how=\"failed\",reason=\"failed\"} 0",
              "# TYPE sirocco_http_answer_seconds histogram");
      assertThat(text.lines().filter(line -> !line.startsWith("#")))
          .allMatch(line ->
              line.matches(
                  "[a-z_]+(\\{[a-z]+=\"[^\"]*\"(,[a-z]+=\"[^\"]*\")*\\})? [-+.0-9A-Za-z]+"));
    }
  }
}
