package sirocco.server.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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

  /// All bytes. They lie in small pieces: one array of several megabytes would be too large for the
  /// young part of a small heap, and stay.
  ///
  /// @param announced how many there will be; -1 if unknown
  InputStream read(InputStream in, long announced) {
    int most = surroundings.limits().bodyBytes();
    if (announced > most) {
      if (announced <= FORBEARANCE * most) {
        drop(in, surroundings.limits().bodyTime()); // else it may send on and miss the refusal
      }
      throw tooLarge(most);
    }
    List<InputStream> parts = new ArrayList<>();
    int size = 0;
    surroundings.deadlines().begin(surroundings.limits().bodyTime());
    try {
      for (byte[] part = part(in); part.length > 0; part = part(in)) {
        size += part.length;
        if (size > most) {
          throw tooLarge(most);
        }
        makeRoom(size);
        parts.add(new ByteArrayInputStream(part));
      }
    } catch (IOException | UncheckedIOException e) {
      throw new ClientLeftException();
    } finally {
      surroundings.deadlines().end();
    }
    return new SequenceInputStream(Collections.enumeration(parts));
  }

  private static byte[] part(InputStream in) throws IOException {
    return in.readNBytes(Surroundings.UNIT);
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
  static JsonFields parse(InputStream bytes, int depth) {
    JsonNode node;
    try (var text = new InputStreamReader(bytes, StandardCharsets.UTF_8.newDecoder())) {
      node = mapper(depth).readTree(text);
    } catch (JacksonException | IOException e) {
      throw ProblemException.invalid(complaint(e));
    }
    return new JsonFields(node, "", ProblemException::invalid).asObject();
  }

  private static String complaint(Exception e) {
    if (e instanceof CharacterCodingException || e.getCause() instanceof CharacterCodingException) {
      return "the body is not valid UTF-8";
    }
    String why = e instanceof JacksonException json ? json.getOriginalMessage() : String.valueOf(e);
    return "the body is not valid JSON: " + firstLine(why);
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
