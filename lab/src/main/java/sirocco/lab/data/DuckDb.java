package sirocco.lab.data;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/// How we talk to DuckDB, which reads and writes Parquet and need not be there for anything else.
final class DuckDb {
  private DuckDb() {}

  /// A database of our own, in memory.
  ///
  /// @param file what it is for
  /// @throws DataException if DuckDB is not there
  static Connection connect(Path file) {
    Properties properties = new Properties();
    properties.setProperty("jdbc_stream_results", "true");
    // The cores are the model's.
    properties.setProperty("threads", "1");
    try {
      return DriverManager.getConnection("jdbc:duckdb:", properties);
    } catch (SQLException e) {
      throw new DataException(
          file
              + ": Parquet files are read and written by DuckDB, and its driver"
              + " (org.duckdb:duckdb_jdbc) is not here. The launcher adds it where the command line"
              + " itself names a .parquet file or has --parquet: name this file instead of its"
              + " folder ("
              + e.getMessage()
              + ")",
          e);
    }
  }

  /// A path as SQL has it.
  static String quoted(Path file) {
    return "'" + file.toString().replace("'", "''") + "'";
  }

  /// What went wrong, in a line.
  static String reason(SQLException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
