package sirocco.lab.data;

import org.jspecify.annotations.Nullable;

/// The records of a file, one after the other.
public interface RecordReader extends AutoCloseable {
  /// The next one; null after the last.
  ///
  /// @throws DataException naming file and line if the file is damaged
  @Nullable RawRecord next();

  @Override
  void close();
}
