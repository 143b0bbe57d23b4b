package sirocco.train.data;

import sirocco.lab.data.DataException;

/// Items that can be read again and again.
public interface Source {
  /// What messages and the mixture call it; the domain of its items.
  String name();

  /// Starts a pass over all records.
  ///
  /// @param epoch how many passes there were before; it changes nothing but the order
  /// @throws DataException if it cannot be read
  Pass open(long epoch);
}
