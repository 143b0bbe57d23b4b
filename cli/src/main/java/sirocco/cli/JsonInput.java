package sirocco.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import sirocco.json.JsonFields;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// JSON files with token ids.
final class JsonInput {
  /// Millions of ids: above what the commands that read them can take.
  private static final long MAX_BYTES = 16L << 20;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private JsonInput() {}

  /// A file's value, whatever it is.
  ///
  /// @throws InputException if it is not one JSON text of reasonable size
  static JsonFields read(Path file) throws IOException {
    // A pipe or a device would hang or never end.
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new InputException(file + ": expected a regular file");
    }
    if (Files.size(file) > MAX_BYTES) {
      throw new InputException(
          file + ": expected at most " + MAX_BYTES + " bytes, found " + Files.size(file));
    }
    try {
      return new JsonFields(
          JSON.readTree(Files.readAllBytes(file)),
          "",
          message -> new InputException(file + ": " + message));
    } catch (JacksonException e) {
      throw new InputException(file + ": not JSON: " + JsonLines.firstLine(e.getOriginalMessage()));
    }
  }

  /// Rows of integers, as they are written; at least one row, each with at least one number.
  ///
  /// @param least the smallest number allowed
  /// @param most the largest number allowed
  /// @param other one more that is allowed
  static List<int[]> rows(JsonFields list, int least, int most, OptionalInt other) {
    if (!list.node().isArray() || list.node().isEmpty()) {
      throw list.bad("a list of lists of integers");
    }
    List<int[]> rows = new ArrayList<>();
    for (JsonNode row : list.node().values()) {
      String where = list.where() + "[" + rows.size() + "]";
      if (!row.isArray() || row.isEmpty()) {
        throw new JsonFields(row, where, list.failure()).bad("a list with at least one integer");
      }
      int[] numbers = new int[row.size()];
      for (int i = 0; i < numbers.length; i++) {
        JsonNode number = row.get(i);
        boolean fits =
            number.isInt()
                && (number.intValue() >= least && number.intValue() <= most
                    || other.isPresent() && number.intValue() == other.getAsInt());
        if (!fits) {
          String or = other.isPresent() ? " or " + other.getAsInt() : "";
          throw new JsonFields(number, where + "[" + i + "]", list.failure())
              .bad("an integer from " + least + " to " + most + or);
        }
        numbers[i] = number.intValue();
      }
      rows.add(numbers);
    }
    return rows;
  }
}
