package sirocco.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A stream of one JSON object a line. Lines are written as ASCII, everything else escaped, so that
/// no terminal, pipe or editor can change them; numbers keep the digits they came with.
final class JsonLines implements AutoCloseable {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final String name;
  private final InputStream stream;
  private int number;

  /// @param name of the file, for messages
  JsonLines(String name, InputStream stream) {
    this.name = name;
    this.stream = new BufferedInputStream(stream);
  }

  /// One line.
  ///
  /// @param where file and line number, for messages
  record Line(String where, ObjectNode fields) {}

  /// The next line that is not blank; empty at the end.
  ///
  /// @throws InputException naming the line that is not a JSON object
  Optional<Line> next() throws IOException {
    while (true) {
      Optional<byte[]> bytes = nextBytes();
      if (bytes.isEmpty()) {
        return Optional.empty();
      }
      number++;
      if (!isBlank(bytes.get())) {
        String where = name + " line " + number;
        return Optional.of(new Line(where, parse(where, bytes.get())));
      }
    }
  }

  /// One line of JSON.
  ///
  /// @throws InputException starting with `where` if it is not a JSON object
  static ObjectNode parse(String where, byte[] line) {
    try {
      if (MAPPER.readTree(line) instanceof ObjectNode object) {
        return object;
      }
    } catch (JacksonException e) {
      throw new InputException(where + ": not JSON: " + firstLine(e.getOriginalMessage()));
    }
    throw new InputException(where + ": expected a JSON object {...}");
  }

  /// An empty object.
  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /// One line of ASCII, without its end.
  static String write(JsonNode node) {
    return MAPPER.writeValueAsString(node);
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }

  private Optional<byte[]> nextBytes() throws IOException {
    int next = stream.read();
    if (next < 0) {
      return Optional.empty();
    }
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    for (; next >= 0 && next != '\n'; next = stream.read()) {
      line.write(next);
    }
    return Optional.of(line.toByteArray());
  }

  private static boolean isBlank(byte[] line) {
    for (byte b : line) {
      if (b != ' ' && b != '\t' && b != '\r') {
        return false;
      }
    }
    return true;
  }

  /// A message without the place that the parser appends.
  static String firstLine(String message) {
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }
}
