package sirocco.server.http;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// One line of JSON an exchange. What was asked and answered is not in it unless an endpoint notes
/// it.
public final class AccessLog {
  /// Lines are ASCII, so that no terminal or file can be confused by what clients sent.
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private static final int LONGEST_PATH = 200;

  private final Consumer<String> sink;

  /// @param sink gets the lines, without their ends, from many threads
  public AccessLog(Consumer<String> sink) {
    this.sink = sink;
  }

  /// Writes the line of an exchange that is over.
  public void write(Exchange exchange, Duration time) {
    ObjectNode line = MAPPER.createObjectNode();
    line.put("time", Instant.now().toString());
    line.put("id", exchange.id());
    line.put("client", exchange.client());
    line.put("method", exchange.method());
    String path = exchange.path();
    line.put("path", path.length() > LONGEST_PATH ? path.substring(0, LONGEST_PATH) : path);
    line.put("status", exchange.status());
    line.put("milliseconds", time.toMillis());
    exchange.notes().forEach(line::putPOJO);
    sink.accept(MAPPER.writeValueAsString(line));
  }
}
