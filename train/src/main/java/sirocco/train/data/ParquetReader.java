package sirocco.train.data;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/// The rows of a Parquet file as JSON objects, read by DuckDB, which need not be there for anything
/// else.
final class ParquetReader implements RecordReader {
  private final Path file;
  private final Connection connection;
  private final ResultSet rows;
  private long row;

  /// @throws DataException if DuckDB is not there or cannot read the file
  ParquetReader(Path file) {
    this.file = file;
    this.connection = connect(file);
    try {
      // Closing the connection closes the statement.
      @SuppressWarnings("resource")
      Statement statement = connection.createStatement();
      String quoted = file.toString().replace("'", "''");
      this.rows =
          statement.executeQuery(
              "SELECT to_json(t)::VARCHAR FROM read_parquet('" + quoted + "') AS t");
    } catch (SQLException e) {
      close();
      throw failure(e);
    }
  }

  private static Connection connect(Path file) {
    Properties properties = new Properties();
    properties.setProperty("jdbc_stream_results", "true");
    // The cores are the model's.
    properties.setProperty("threads", "1");
    try {
      return DriverManager.getConnection("jdbc:duckdb:", properties);
    } catch (SQLException e) {
      throw new DataException(
          file
              + ": Parquet files are read by DuckDB, and its driver (org.duckdb:duckdb_jdbc) is"
              + " not here: "
              + e.getMessage(),
          e);
    }
  }

  private DataException failure(SQLException e) {
    String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return new DataException(file + ":" + (row + 1) + ": cannot be read: " + why, e);
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
