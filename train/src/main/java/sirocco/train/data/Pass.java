package sirocco.train.data;

import java.util.Optional;
import sirocco.lab.data.DataException;

/// One pass over a source: its records one by one, each parsed only when asked for. After
/// construction it stands before the first.
public interface Pass extends AutoCloseable {
  /// Goes to the next record.
  ///
  /// @return false if there is none
  /// @throws DataException naming file and line if the source is damaged
  boolean advance();

  /// Goes over records without parsing them.
  ///
  /// @return false if there were not as many
  default boolean skip(long records) {
    for (long i = 0; i < records; i++) {
      if (!advance()) {
        return false;
      }
    }
    return true;
  }

  /// The number of the present record in the source, whatever the order of the pass.
  long record();

  /// What the present record holds; empty if there is nothing in it to learn.
  ///
  /// @throws DataException naming file, line and field
  Optional<Item> item();

  @Override
  void close();
}
