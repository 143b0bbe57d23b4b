package sirocco.lab.data;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/// The rows of a Parquet file as JSON objects, read by DuckDB, which need not be there for anything
/// else.
public final class ParquetReader implements RecordReader {
  private final Path file;
  private final Connection connection;
  private final ResultSet rows;
  private long row;

  /// @throws DataException if DuckDB is not there or cannot read the file
  public ParquetReader(Path file) {
    this.file = file;
    this.connection = DuckDb.connect(file);
    try {
      // Closing the connection closes the statement.
      @SuppressWarnings("resource")
      Statement statement = connection.createStatement();
      this.rows =
          statement.executeQuery(
              "SELECT to_json(t)::VARCHAR FROM read_parquet(" + DuckDb.quoted(file) + ") AS t");
    } catch (SQLException e) {
      close();
      throw failure(e);
    }
  }

  private DataException failure(SQLException e) {
    return new DataException(file + ":" + (row + 1) + ": cannot be read: " + DuckDb.reason(e), e);
  }

  @Override
  public @Nullable RawRecord next() {
    try {
      if (!rows.next()) {
        return null;
      }
      row++;
      return new RawRecord(row, rows.getString(1).getBytes(StandardCharsets.UTF_8));
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // Nothing was written: what was read stays right.
    }
  }
}
