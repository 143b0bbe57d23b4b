package sirocco.lab.data;

import java.nio.file.Path;
import java.util.List;

/// A row of a CSV file.
///
/// @param line that it begins on, from 1
public record CsvRow(Path file, long line, List<String> fields) {
  public CsvRow {
    fields = List.copyOf(fields);
  }

  /// Something is wrong here.
  public DataException error(String message) {
    return new DataException(file + ":" + line + ": " + message);
  }
}
