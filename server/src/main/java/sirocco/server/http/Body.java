package sirocco.server.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import sirocco.json.JsonFields;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The body of a request: read within bounds of size, memory and time, and taken for JSON strictly.
final class Body implements AutoCloseable {
  /// A body of at most so many times what is allowed is read to its end before it is refused.
  private static final long FORBEARANCE = 4;

  private final Surroundings surroundings;
  private int units;

  Body(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// All bytes.
  ///
  /// @param announced how many there will be; -1 if unknown
  byte[] read(InputStream in, long announced) {
    int most = surroundings.limits().bodyBytes();
    if (announced > most) {
      if (announced <= FORBEARANCE * most) {
        drop(in, surroundings.limits().bodyTime()); // else it may send on and miss the refusal
      }
      throw tooLarge(most);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] part = new byte[Surroundings.UNIT];
    surroundings.deadlines().begin(surroundings.limits().bodyTime());
    try {
      for (int count = in.read(part); count >= 0; count = in.read(part)) {
        bytes.write(part, 0, count);
        if (bytes.size() > most) {
          throw tooLarge(most);
        }
        makeRoom(bytes.size());
      }
    } catch (IOException | UncheckedIOException e) {
      throw new ClientLeftException();
    } finally {
      surroundings.deadlines().end();
    }
    return bytes.toByteArray();
  }

  /// Reads what is still coming and forgets it, so that a client that sends first and listens then
  /// gets to see why it was refused.
  void drop(InputStream in, Duration time) {
    byte[] part = new byte[Surroundings.UNIT];
    surroundings.deadlines().begin(time);
    try {
      while (in.read(part) >= 0) {
        // not for us
      }
    } catch (IOException | RuntimeException e) {
      return; // it had its chance
    } finally {
      surroundings.deadlines().end();
    }
  }

  private void makeRoom(int bytes) {
    int wanted = bytes / Surroundings.UNIT + 1 - units;
    if (wanted > 0) {
      if (!surroundings.bodies().tryAcquire(wanted)) {
        throw new ProblemException(
            Problem.unavailable("too many large requests at once", Duration.ofSeconds(1)));
      }
      units += wanted;
    }
  }

  private static ProblemException tooLarge(int most) {
    return new ProblemException(
        Problem.tooLarge("the body is larger than the " + most + " bytes that are allowed"));
  }

  /// The object that these bytes are the JSON of.
  static JsonFields parse(byte[] bytes, int depth) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new ProblemException(Problem.invalid("the body is not valid UTF-8"));
    }
    JsonNode node;
    try {
      node = mapper(depth).readTree(text);
    } catch (JacksonException e) {
      throw new ProblemException(
          Problem.invalid("the body is not valid JSON: " + firstLine(e.getOriginalMessage())));
    }
    return new JsonFields(node, "", ProblemException::invalid).asObject();
  }

  private static JsonMapper mapper(int depth) {
    StreamReadConstraints constraints =
        StreamReadConstraints.builder()
            .maxNestingDepth(depth)
            .maxNumberLength(100)
            .maxNameLength(1000)
            .maxStringLength(Integer.MAX_VALUE) // the body is bounded
            .build();
    return JsonMapper.builder(JsonFactory.builder().streamReadConstraints(constraints).build())
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .build();
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }

  @Override
  public void close() {
    surroundings.bodies().release(units);
    units = 0;
  }
}
