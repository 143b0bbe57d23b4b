package sirocco.server.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One client of an OpenAI-compatible server that streams.
final class LoadClient {
  /// Kinds of requests that no server should take.
  static final int NONSENSE = 5;

  private static final String MESSAGES =
      "\"messages\": [{\"role\": \"user\", \"content\": \"x\"}]}";
  private static final JsonMapper JSON = new JsonMapper();

  private final URI server;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String model;

  LoadClient(URI server) {
    this.server = server;
    this.model = model();
  }

  /// What came back.
  ///
  /// @param text all of it
  /// @param prompt tokens of the question as the server counts them: two servers that are compared
  ///   must have read the same
  /// @param tokens as the server counts them, or pieces where it does not
  /// @param first nanoseconds to the first text
  /// @param between nanoseconds between pieces
  /// @param finish why it ended
  record Answer(
      String text, int prompt, int tokens, long first, List<Long> between, String finish) {}

  private String model() {
    try {
      var request = HttpRequest.newBuilder(server.resolve("/v1/models")).build();
      String body = http.send(request, BodyHandlers.ofString()).body();
      return JSON.readTree(body).path("data").path(0).path("id").asString();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(server + ": no server: " + e, e);
    }
  }

  private HttpRequest post(String body) {
    return HttpRequest.newBuilder(server.resolve("/v1/chat/completions"))
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body))
        .build();
  }

  /// Asks and reads, and leaves after so many pieces.
  ///
  /// @throws IOException if the server breaks off or refuses
  Answer ask(Load.Question question, int pieces) throws IOException, InterruptedException {
    long start = System.nanoTime();
    HttpResponse<InputStream> response =
        http.send(post(question.json().formatted(model)), BodyHandlers.ofInputStream());
    try (var lines =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      if (response.statusCode() != 200) {
        throw new IOException("status " + response.statusCode() + ": " + lines.readLine());
      }
      return read(lines, start, pieces);
    }
  }

  private static Answer read(BufferedReader lines, long start, int pieces) throws IOException {
    var text = new StringBuilder();
    List<Long> between = new ArrayList<>();
    long first = 0;
    long last = start;
    int count = 0;
    int prompt = 0;
    int tokens = 0;
    String finish = "";
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.equals("data: [DONE]")) {
        return new Answer(text.toString(), prompt, Math.max(tokens, count), first, between, finish);
      }
      if (line.startsWith("data: ")) {
        JsonNode event = JSON.readTree(line.substring(6));
        prompt = Math.max(prompt, event.path("usage").path("prompt_tokens").asInt(0));
        tokens = Math.max(tokens, event.path("usage").path("completion_tokens").asInt(0));
        JsonNode choice = event.path("choices").path(0);
        finish = choice.path("finish_reason").asString(finish);
        String piece = choice.path("delta").path("content").asString("");
        if (!piece.isEmpty()) {
          long now = System.nanoTime();
          if (count++ == 0) {
            first = now - start;
          } else {
            between.add(now - last);
          }
          last = now;
          text.append(piece);
          if (count == pieces) {
            return new Answer(text.toString(), prompt, count, first, between, "left");
          }
        }
      }
    }
    throw new IOException("the stream ended without [DONE] after " + count + " pieces");
  }

  /// Sends what no server should take, and gives back the status.
  int nonsense(int kind) throws IOException, InterruptedException {
    String body =
        switch (kind) {
          case 0 -> "{\"model\": \"" + model + "\", \"messages\": [{\"role\":";
          case 1 -> "{\"model\": \"" + model + "\", \"top_p\": -3, " + MESSAGES;
          case 2 -> "[".repeat(5000);
          case 3 -> "{\"model\": \"../../etc/passwd\", " + MESSAGES;
          default ->
              "{\"model\": \""
                  + model
                  + "\", \"messages\": [{\"role\": \"user\", \"content\": \""
                  + "word ".repeat(1_000_000)
                  + "\"}]}";
        };
    return http.send(post(body), BodyHandlers.discarding()).statusCode();
  }
}
