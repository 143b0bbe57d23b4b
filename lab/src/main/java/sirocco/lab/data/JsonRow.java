package sirocco.lab.data;

import java.nio.file.Path;
import sirocco.json.JsonFields;

/// A row of a file of JSON lines, not parsed yet: a damaged one is noticed only where it is used.
public record JsonRow(Path file, RawRecord raw) {
  /// Its members.
  ///
  /// @throws DataException naming file and line if it is not one JSON object
  public JsonFields fields() {
    return JsonFiles.parse(where(), raw.bytes());
  }

  /// Its line in the file, from 1.
  public long line() {
    return raw.number();
  }

  /// Something is wrong here.
  public DataException error(String message) {
    return new DataException(where() + ": " + message);
  }

  private String where() {
    return file + ":" + raw.number();
  }
}
