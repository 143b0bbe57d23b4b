package sirocco.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import sirocco.text.Message;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A model behind any server of OpenAI's API. Conversations go there whole, each turn anew.
final class ServerSpeaker implements Speaker {
  private static final String DATA = "data:";
  private static final String DONE = "[DONE]";

  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
  private final String address;
  private final Optional<String> key;
  private final ObjectNode settings;
  private volatile Optional<InputStream> running = Optional.empty();
  private volatile boolean cancelled;

  /// @param address of the server; its paths are below `/v1`, which may be named or not
  /// @param settings fields of each request, the model's name maybe among them
  ServerSpeaker(URI address, Optional<String> key, ObjectNode settings) {
    String scheme = String.valueOf(address.getScheme());
    if (!List.of("http", "https").contains(scheme) || address.getHost() == null) {
      throw new InputException(address + ": expected an address such as http://127.0.0.1:8080");
    }
    this.address = address.toString().replaceFirst("/+$", "").replaceFirst("/v1$", "") + "/v1";
    this.key = key;
    this.settings = settings;
    if (!settings.has("model")) {
      settings.put("model", firstModel());
    }
  }

  /// What answers.
  String model() {
    return settings.get("model").asString();
  }

  private String firstModel() {
    HttpRequest request = request("/models").GET().timeout(Duration.ofSeconds(20)).build();
    try (InputStream body = send(request).body()) {
      JsonNode id = json(body.readAllBytes()).at("/data/0/id");
      if (!id.isString()) {
        throw new InputException(address + ": it lists no model; name one with -m");
      }
      return id.stringValue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Spoken answer(List<Message> conversation, Consumer<String> onText) {
    cancelled = false;
    ObjectNode body = settings.deepCopy();
    body.set("messages", Chat.messages(conversation));
    body.put("stream", true);
    body.putObject("stream_options").put("include_usage", true);
    HttpRequest request =
        request("/chat/completions")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(JsonLines.write(body)))
            .build();
    Answer answer = new Answer(onText);
    try (InputStream in = send(request).body()) {
      running = Optional.of(in);
      answer.read(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)));
    } catch (IOException e) {
      if (!cancelled) {
        throw new InputException(address + ": the answer broke off: " + e.getMessage());
      }
    } finally {
      running = Optional.empty();
    }
    return answer.spoken(cancelled);
  }

  /// An answer as it comes.
  private final class Answer {
    private final Consumer<String> onText;
    private final StringBuilder text = new StringBuilder();
    private long first;
    private long last;
    private int tokens;

    Answer(Consumer<String> onText) {
      this.onText = onText;
    }

    void read(BufferedReader lines) throws IOException {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String data = line.startsWith(DATA) ? line.substring(DATA.length()).strip() : "";
        if (data.equals(DONE)) {
          return;
        }
        if (!data.isEmpty()) {
          take(json(data.getBytes(StandardCharsets.UTF_8)));
        }
      }
    }

    private void take(JsonNode event) {
      if (event.has("error")) {
        throw new InputException(address + ": " + event.at("/error/message").asString("an error"));
      }
      tokens = event.at("/usage/completion_tokens").asInt(tokens);
      String piece = event.at("/choices/0/delta/content").asString("");
      if (!piece.isEmpty()) {
        last = System.nanoTime();
        first = first == 0 ? last : first;
        text.append(piece);
        onText.accept(piece);
      }
    }

    Spoken spoken(boolean stopped) {
      double seconds = (last - first) / 1e9;
      return new Spoken(
          text.toString(),
          stopped ? End.CANCELLED : End.DONE,
          tokens,
          seconds > 0 ? (tokens - 1) / seconds : 0);
    }
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(address + path));
    key.ifPresent(k -> builder.header("Authorization", "Bearer " + k));
    return builder;
  }

  /// @throws InputException if the server refuses
  private HttpResponse<InputStream> send(HttpRequest request) throws IOException {
    HttpResponse<InputStream> response;
    try {
      response = client.send(request, BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InputException(address + ": interrupted");
    } catch (IOException e) {
      throw new InputException(address + ": no answer: " + e);
    }
    if (response.statusCode() != 200) {
      try (InputStream in = response.body()) {
        throw new InputException(address + ": " + complaint(response.statusCode(), in));
      }
    }
    return response;
  }

  private String complaint(int status, InputStream body) throws IOException {
    String text = new String(body.readNBytes(64 << 10), StandardCharsets.UTF_8);
    try {
      String message =
          json(text.getBytes(StandardCharsets.UTF_8)).at("/error/message").asString("");
      return message.isEmpty() ? "status " + status : message;
    } catch (InputException e) {
      return "status " + status;
    }
  }

  private JsonNode json(byte[] bytes) {
    return JsonLines.parse(address, bytes);
  }

  @Override
  public void cancel() {
    cancelled = true;
    running.ifPresent(in -> {
      try {
        in.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
  }

  @Override
  public void forget() {
    // Nothing is kept here.
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
