package example;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/// The application is started and asked over HTTP.
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class ApplicationTest {
  private static final String QUESTION = "{\"text\": \"What is 47 + 38?\"}";

  @LocalServerPort private int port;

  @Test
  void answers() throws Exception {
    HttpResponse<String> answer = send(post("/chat"));
    System.out.println("POST /chat " + QUESTION + "\n" + answer.body());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).startsWith("{\"text\":").contains("85");
  }

  @Test
  void answersAsAStream() throws Exception {
    HttpResponse<String> answer = send(post("/chat/stream"));
    System.out.println("POST /chat/stream " + QUESTION + "\n" + answer.body());
    assertThat(answer.headers().firstValue("content-type").orElse(""))
        .startsWith("text/event-stream");
    assertThat(answer.body().lines().filter(line -> line.startsWith("data:{\"text\":")))
        .hasSizeGreaterThan(1);
  }

  @Test
  void isHealthy() throws Exception {
    HttpResponse<String> health = send(request("/actuator/health").GET());
    assertThat(health.body()).contains("\"sirocco\":{").contains("\"running\":0");
  }

  private HttpRequest.Builder post(String path) {
    return request(path)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(QUESTION));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request.build(), BodyHandlers.ofString());
    }
  }
}
