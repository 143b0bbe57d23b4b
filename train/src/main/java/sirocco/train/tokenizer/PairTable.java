package sirocco.train.tokenizer;

import java.util.Arrays;

/// A map from two symbols to a number, without objects: it is asked for every two neighbours of
/// every word.
final class PairTable {
  static final int ABSENT = -1;

  private long[] keys = new long[1 << 12];
  private int[] values = new int[1 << 12];
  private int size;

  PairTable() {
    Arrays.fill(keys, -1);
  }

  /// The number, or [#ABSENT].
  int get(int left, int right) {
    int slot = slot(key(left, right));
    return keys[slot] == -1 ? ABSENT : values[slot];
  }

  void put(int left, int right, int value) {
    if (2 * (size + 1) > keys.length) {
      grow();
    }
    long key = key(left, right);
    int slot = slot(key);
    size += keys[slot] == -1 ? 1 : 0;
    keys[slot] = key;
    values[slot] = value;
  }

  private static long key(int left, int right) {
    return ((long) left << 32) | right;
  }

  private int slot(long key) {
    int mask = keys.length - 1;
    int at = (int) ((key * 0x9E3779B97F4A7C15L) >>> 32) & mask;
    while (keys[at] != key && keys[at] != -1) {
      at = (at + 1) & mask;
    }
    return at;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldValues = values;
    keys = new long[2 * oldKeys.length];
    values = new int[keys.length];
    Arrays.fill(keys, -1);
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != -1) {
        int slot = slot(oldKeys[i]);
        keys[slot] = oldKeys[i];
        values[slot] = oldValues[i];
      }
    }
  }
}
