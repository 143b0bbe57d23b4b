package sirocco.server.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;

/// Server-sent events (WHATWG HTML, section 9.2), each on its way at once.
public final class EventStream {
  private final OutputStream out;
  private final Surroundings surroundings;

  EventStream(OutputStream out, Surroundings surroundings) {
    this.out = out;
    this.surroundings = surroundings;
  }

  /// Sends one event.
  ///
  /// @throws ClientLeftException if nobody takes it
  public void send(JsonNode data) {
    write("data: " + data + "\n\n");
  }

  /// Sends what ends a stream of OpenAI's API.
  public void done() {
    write("data: [DONE]\n\n");
  }

  private void write(String text) {
    surroundings.deadlines().begin(surroundings.limits().writeTime());
    try {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException | RuntimeException e) {
      throw new ClientLeftException(); // Helidon tells of it in several ways
    } finally {
      surroundings.deadlines().end();
    }
  }
}
