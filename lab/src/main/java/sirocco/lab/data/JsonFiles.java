package sirocco.lab.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import sirocco.json.JsonFields;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Files of JSON that somebody else wrote.
public final class JsonFiles {
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(64).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private JsonFiles() {}

  /// The rows of a file of JSON lines, plain, `.gz` or `.zst`, of a `.parquet` file, or of a
  /// `.json` file that is one list of them.
  ///
  /// @throws DataException if the file cannot be read; what is wrong with a row shows in
  ///   [JsonRow#fields]
  public static List<JsonRow> rows(Path file) {
    if (file.toString().endsWith(".json")) {
      return elements(file);
    }
    try (RecordReader reader = open(file)) {
      List<JsonRow> out = new ArrayList<>();
      for (RawRecord raw = reader.next(); raw != null; raw = reader.next()) {
        out.add(new JsonRow(file, raw));
      }
      return out;
    }
  }

  private static List<JsonRow> elements(Path file) {
    List<JsonRow> out = new ArrayList<>();
    for (JsonFields element : value(file.toString(), bytes(file)).elements()) {
      byte[] bytes = element.node().toString().getBytes(StandardCharsets.UTF_8);
      out.add(new JsonRow(file, new RawRecord(out.size() + 1, bytes)));
    }
    return out;
  }

  private static RecordReader open(Path file) {
    return file.toString().endsWith(".parquet") ? new ParquetReader(file) : new LineReader(file);
  }

  /// The object that a whole file holds.
  ///
  /// @throws DataException naming the file if it holds none
  public static JsonFields document(Path file) {
    return parse(file.toString(), bytes(file));
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new DataException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  static JsonFields parse(String where, byte[] bytes) {
    return value(where, bytes).asObject();
  }

  private static JsonFields value(String where, byte[] bytes) {
    try {
      return new JsonFields(
          JSON.readTree(bytes), "", message -> new DataException(where + ": " + message));
    } catch (JacksonException e) {
      String why = e.getOriginalMessage().lines().findFirst().orElse("");
      throw new DataException(where + ": not valid JSON: " + why, e);
    }
  }
}
