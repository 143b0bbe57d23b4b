package sirocco.text;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/// One run of byte-pair merging over a chain of symbols: always the pair of lowest rank, the
/// leftmost of equals, in O(n log n). Belongs to one call of `encode`; its arrays are used again
/// for the next piece.
final class Merging {
  /// In `previous`: a symbol that has been merged into its left neighbour.
  private static final int DEAD = -2;

  private final MergeTable table;
  private final BitSet unused;

  /// For each unused token, the two symbols that last offered to become it (SentencePiece's rule).
  private final Map<Integer, Long> origins = new HashMap<>();

  private int[] symbols = new int[64];
  private int[] next = new int[64];
  private int[] previous = new int[64];
  private int count;

  /// Waiting pairs, a binary heap of rank << 32 | index of the left symbol.
  private long[] heap = new long[64];

  private int heapSize;

  /// @param unused tokens that may only stand on the way to others, and fall apart again at the end
  Merging(MergeTable table, BitSet unused) {
    this.table = table;
    this.unused = unused;
  }

  /// Appends a symbol to the chain; a negative one (`~id`) merges with nothing.
  void add(int symbol) {
    if (count == symbols.length) {
      symbols = Arrays.copyOf(symbols, 2 * count);
    }
    symbols[count++] = symbol;
  }

  /// Merges the chain, hands its symbols to `out` and empties it.
  void finish(Ints out) {
    if (count > 1) {
      merge();
    }
    for (int at = 0; at < count; at = count > 1 ? next[at] : count) {
      emit(symbols[at], out);
    }
    count = 0;
    heapSize = 0;
    origins.clear();
  }

  private void merge() {
    link();
    while (heapSize > 0) {
      long top = pop();
      int left = (int) top;
      int right = next[left];
      // A pair waits on after one of its symbols has gone: then its left is dead or its rank
      // differs.
      if (previous[left] == DEAD || right == count) {
        continue;
      }
      int slot = table.find(symbols[left], symbols[right]);
      if (slot < 0 || table.rank(slot) != (int) (top >>> 32)) {
        continue;
      }
      symbols[left] = table.merged(slot);
      previous[right] = DEAD;
      int after = next[right];
      next[left] = after;
      if (after < count) {
        previous[after] = left;
      }
      if (previous[left] >= 0) {
        offer(previous[left], left);
      }
      if (after < count) {
        offer(left, after);
      }
    }
  }

  private void link() {
    if (next.length < count) {
      next = new int[symbols.length];
      previous = new int[symbols.length];
    }
    for (int i = 0; i < count; i++) {
      next[i] = i + 1;
      previous[i] = i - 1;
    }
    for (int i = 0; i + 1 < count; i++) {
      offer(i, i + 1);
    }
  }

  private void offer(int left, int right) {
    int slot = table.find(symbols[left], symbols[right]);
    if (slot < 0) {
      return;
    }
    push(((long) table.rank(slot) << 32) | left);
    int result = table.merged(slot);
    if (unused.get(result)) {
      origins.put(result, ((long) symbols[left] << 32) | symbols[right]);
    }
  }

  private void emit(int symbol, Ints out) {
    if (symbol >= 0 && unused.get(symbol)) {
      Long origin = origins.get(symbol);
      if (origin != null) {
        emit((int) (origin >> 32), out);
        emit((int) (long) origin, out);
        return;
      }
    }
    out.add(symbol);
  }

  private void push(long value) {
    if (heapSize == heap.length) {
      heap = Arrays.copyOf(heap, 2 * heapSize);
    }
    int at = heapSize++;
    while (at > 0) {
      int parent = (at - 1) >>> 1;
      if (heap[parent] <= value) {
        break;
      }
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = value;
  }

  private long pop() {
    long top = heap[0];
    long last = heap[--heapSize];
    int at = 0;
    while (true) {
      int child = 2 * at + 1;
      if (child >= heapSize) {
        break;
      }
      if (child + 1 < heapSize && heap[child + 1] < heap[child]) {
        child++;
      }
      if (heap[child] >= last) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = last;
    return top;
  }
}
