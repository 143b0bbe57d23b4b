package sirocco.lab.data;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.UUID;
import java.util.stream.Collectors;

/// Writes a Parquet file with the help of DuckDB. Rows are put down as text beside the file's place
/// first, so that there may be more of them than memory; [#commit] makes the file of them, which
/// appears whole or not at all.
public final class ParquetWriter implements AutoCloseable {
  private final Path file;
  private final SequencedMap<String, Type> columns;
  private final Connection connection;
  private final Path rows;
  private final Path temporary;
  private final BufferedWriter out;
  private int column;

  /// What a column holds.
  public enum Type {
    VARCHAR,
    INTEGER,
    FLOAT
  }

  /// @param columns in their order
  /// @throws DataException if DuckDB is not there or the folder cannot be written to
  public ParquetWriter(Path file, SequencedMap<String, Type> columns) {
    this.file = file;
    this.columns = new LinkedHashMap<>(columns);
    this.connection = DuckDb.connect(file);
    String name = "." + file.getFileName() + "." + UUID.randomUUID();
    this.rows = file.toAbsolutePath().resolveSibling(name + ".csv");
    this.temporary = file.toAbsolutePath().resolveSibling(name + ".tmp");
    try {
      this.out = Files.newBufferedWriter(rows);
      rows.toFile().deleteOnExit(); // Ctrl-C must not leave it behind
    } catch (IOException e) {
      disconnect();
      throw cannot(e, String.valueOf(e.getMessage()));
    }
  }

  /// The next value of a row.
  public ParquetWriter put(int value) {
    return append(Integer.toString(value));
  }

  /// The next value of a row.
  public ParquetWriter put(float value) {
    return append(Float.toString(value));
  }

  /// The next value of a row.
  public ParquetWriter put(String value) {
    return append("\"" + value.replace("\"", "\"\"") + "\"");
  }

  private ParquetWriter append(String value) {
    try {
      out.write(value);
      column++;
      out.write(column == columns.size() ? '\n' : ',');
      column %= columns.size();
      return this;
    } catch (IOException e) {
      throw cannot(e, String.valueOf(e.getMessage()));
    }
  }

  /// Puts the file in its place, over one that is there already.
  ///
  /// @throws DataException if the last row is not whole, or DuckDB or the disk refuses
  public void commit() {
    if (column != 0) {
      throw new DataException(
          file + ": the last row has " + column + " values of " + columns.size());
    }
    try (Statement statement = connection.createStatement()) {
      out.close();
      statement.execute(
          "COPY (SELECT * FROM read_csv(%s, auto_detect = false, header = false, delim = ',',"
                  .formatted(DuckDb.quoted(rows))
              + " quote = '\"', escape = '\"', columns = {%s})) TO %s (FORMAT parquet)"
                  .formatted(
                      columns.entrySet().stream()
                          .map(c -> "'" + c.getKey() + "': '" + c.getValue() + "'")
                          .collect(Collectors.joining(", ")),
                      DuckDb.quoted(temporary)));
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (SQLException e) {
      throw cannot(e, DuckDb.reason(e));
    } catch (IOException e) {
      throw cannot(e, String.valueOf(e.getMessage()));
    }
  }

  private DataException cannot(Exception e, String why) {
    return new DataException(file + ": cannot be written: " + why, e);
  }

  /// Deletes all but a file that is in its place.
  @Override
  public void close() {
    disconnect();
    try {
      out.close();
    } catch (IOException e) {
      // Only a row that is thrown away was not written.
    }
    try {
      Files.deleteIfExists(rows);
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      throw cannot(e, String.valueOf(e.getMessage()));
    }
  }

  private void disconnect() {
    try {
      connection.close();
    } catch (SQLException e) {
      // It holds nothing.
    }
  }
}
