package sirocco.train.data;

import java.util.Arrays;
import sirocco.lab.data.DataException;

/// A set of 64-bit hashes in 12 to 24 bytes each: open addressing with linear probes.
final class LongSet {
  /// 0 marks a free place, so it is kept apart.
  private boolean hasZero;

  private long[] table = new long[1024];
  private int size;

  /// Adds a hash.
  ///
  /// @return false if it was there
  boolean add(long hash) {
    if (hash == 0) {
      boolean isNew = !hasZero;
      hasZero = true;
      return isNew;
    }
    int at = place(hash);
    if (table[at] == hash) {
      return false;
    }
    table[at] = hash;
    size++;
    if (size > table.length / 3 * 2) {
      grow();
    }
    return true;
  }

  boolean contains(long hash) {
    return hash == 0 ? hasZero : table[place(hash)] == hash;
  }

  /// Where the hash is, or the free place where it would be.
  private int place(long hash) {
    int mask = table.length - 1;
    int at = (int) (hash ^ (hash >>> 32)) & mask;
    while (table[at] != 0 && table[at] != hash) {
      at = (at + 1) & mask;
    }
    return at;
  }

  private void grow() {
    if (table.length > 1 << 29) {
      throw new DataException("deduplicate: more hashes than one table holds");
    }
    long[] old = table;
    table = new long[2 * old.length];
    Arrays.stream(old).filter(hash -> hash != 0).forEach(hash -> table[place(hash)] = hash);
  }
}
