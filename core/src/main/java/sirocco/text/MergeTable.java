package sirocco.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.function.ToIntFunction;

/// Which neighbours merge into which symbol, and how early: the whole of byte-pair encoding.
///
/// Symbols are token ids, or numbers above them that a tokenizer hands out for characters that are
/// no tokens. Both sources of ranks end here: SentencePiece's scores (pieces of equal score share a
/// rank, so the leftmost goes first) and a list of merges (each its own rank).
final class MergeTable {
  /// Bounds the time that a hostile file with very long tokens can cost; real ones need 10^7.
  private static final long MAX_SPLIT_WORK = 1L << 31;

  private long[] keys = new long[1 << 10];
  private int[] ranks = new int[1 << 10];
  private int[] merged = new int[1 << 10];
  private int size;

  MergeTable() {
    Arrays.fill(keys, -1);
  }

  /// The pair becomes `result`; the first entry of a pair counts.
  void add(int left, int right, int rank, int result) {
    if (2 * (size + 1) > keys.length) {
      grow();
    }
    long key = key(left, right);
    int slot = slot(key);
    if (keys[slot] == key) {
      return;
    }
    keys[slot] = key;
    ranks[slot] = rank;
    merged[slot] = result;
    size++;
  }

  /// Adds every way to cut `text` in two symbols.
  ///
  /// @param symbol the symbol that is spelled so, or -1
  /// @param work characters copied so far for such cuts
  /// @return the work with this token's added
  long addSplits(String text, int rank, int result, ToIntFunction<String> symbol, long work) {
    long after = work + (long) text.length() * text.length();
    if (after > MAX_SPLIT_WORK) {
      throw new TokenizerException(
          "token " + result + ": tokens of " + text.length() + " characters are too long to merge");
    }
    int end = text.length();
    for (int cut = end; (cut = previousCut(text, cut)) > 0; ) {
      int left = symbol.applyAsInt(text.substring(0, cut));
      if (left >= 0) {
        int right = symbol.applyAsInt(text.substring(cut));
        if (right >= 0) {
          add(left, right, rank, result);
        }
      }
    }
    return after;
  }

  /// The place before `cut` where one character ends and the next starts.
  static int previousCut(String text, int cut) {
    return cut == 0 ? 0 : text.offsetByCodePoints(cut, -1);
  }

  /// Where the pair stands, or -1.
  int find(int left, int right) {
    // A negative symbol is frozen: it was matched whole and merges with nothing.
    if (left < 0 || right < 0) {
      return -1;
    }
    long key = key(left, right);
    int slot = slot(key);
    return keys[slot] == key ? slot : -1;
  }

  int rank(int slot) {
    return ranks[slot];
  }

  int merged(int slot) {
    return merged[slot];
  }

  /// The pairs `{left, right}` of real tokens, lowest rank first; of one rank, the pair with the
  /// longest left side first, then the longest right side.
  ///
  /// @param tokens symbols from here on are no tokens
  List<int[]> inOrder(IntUnaryOperator length, int tokens) {
    List<long[]> found = new ArrayList<>(size);
    for (int slot = 0; slot < keys.length; slot++) {
      int left = (int) (keys[slot] >> 32);
      int right = (int) keys[slot];
      if (keys[slot] != -1 && left < tokens && right < tokens) {
        long lengths = ((long) length.applyAsInt(left) << 32) | length.applyAsInt(right);
        found.add(new long[] {ranks[slot], -lengths, keys[slot]});
      }
    }
    found.sort(Arrays::compare);
    return found.stream().map(e -> new int[] {(int) (e[2] >> 32), (int) e[2]}).toList();
  }

  /// Whether the other table has the same pairs, and orders those that differ in rank here alike.
  boolean agrees(MergeTable other) {
    if (size != other.size) {
      return false;
    }
    List<int[]> ranked = new ArrayList<>(size);
    for (int slot = 0; slot < keys.length; slot++) {
      if (keys[slot] != -1) {
        int there = other.slot(keys[slot]);
        if (other.keys[there] == -1 || other.merged[there] != merged[slot]) {
          return false;
        }
        ranked.add(new int[] {other.ranks[there], ranks[slot]});
      }
    }
    ranked.sort(Arrays::compare);
    for (int i = 1; i < size; i++) {
      if (ranked.get(i)[1] < ranked.get(i - 1)[1]) {
        return false;
      }
    }
    return true;
  }

  private static long key(int left, int right) {
    return ((long) left << 32) | right;
  }

  private int slot(long key) {
    int mask = keys.length - 1;
    long mixed = key * 0x9E3779B97F4A7C15L;
    int at = (int) (mixed >>> 32) & mask;
    while (keys[at] != key && keys[at] != -1) {
      at = (at + 1) & mask;
    }
    return at;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldRanks = ranks;
    int[] oldMerged = merged;
    keys = new long[2 * oldKeys.length];
    ranks = new int[keys.length];
    merged = new int[keys.length];
    Arrays.fill(keys, -1);
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != -1) {
        int slot = slot(oldKeys[i]);
        keys[slot] = oldKeys[i];
        ranks[slot] = oldRanks[i];
        merged[slot] = oldMerged[i];
      }
    }
  }
}
