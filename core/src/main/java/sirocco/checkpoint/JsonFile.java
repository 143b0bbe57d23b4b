package sirocco.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import sirocco.json.JsonFields;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Strict reading of the JSON files around a model: UTF-8 only, no name twice, no text after the
/// end, and bounds on everything that takes memory.
final class JsonFile {
  /// Far above any real file; a document of this size still parses into a small heap.
  static final long MAX_BYTES = 16L << 20;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(factory(2_000_000))
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private JsonFile() {}

  /// A parser that refuses what the JSON standard leaves open.
  ///
  /// @param maxTokens brackets, names and values a document may have
  static JsonFactory factory(long maxTokens) {
    return JsonFactory.builder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(64)
                .maxNameLength(4096)
                .maxNumberLength(100)
                .maxTokenCount(maxTokens)
                .build())
        .build();
  }

  /// The object that a file holds.
  ///
  /// @throws CheckpointException if the file is missing, too large or not one JSON object
  static JsonFields read(Path file) {
    return parse(file, bytes(file));
  }

  /// The object that these bytes hold.
  ///
  /// @param file what messages call them
  static JsonFields parse(Path file, byte[] bytes) {
    try {
      JsonNode node = MAPPER.readTree(utf8(file, bytes));
      if (!node.isObject()) {
        throw new CheckpointException(file, "expected a JSON object");
      }
      return new JsonFields(node, "", message -> new CheckpointException(file, message));
    } catch (JacksonException e) {
      throw malformed(file, e);
    }
  }

  /// A file as text.
  static String text(Path file) {
    return utf8(file, bytes(file));
  }

  static CheckpointException malformed(Path file, JacksonException e) {
    TokenStreamLocation at = e.getLocation();
    String where = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
    return new CheckpointException(file, "bad JSON" + where + ": " + e.getOriginalMessage(), e);
  }

  private static byte[] bytes(Path file) {
    MappedFile.requireRegular(file);
    try {
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw new CheckpointException(
            file, "expected at most " + MAX_BYTES + " bytes, found " + size);
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new CheckpointException(file, "cannot be read: " + MappedFile.reason(e), e);
    }
  }

  private static String utf8(Path file, byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new CheckpointException(file, "expected UTF-8 text", e);
    }
  }
}
