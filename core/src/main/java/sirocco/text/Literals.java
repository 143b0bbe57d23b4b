package sirocco.text;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// Strings that are looked for as they stand, the longest first. A sorted list serves as the trie:
/// it costs no memory beyond the strings, whatever a file puts in it.
final class Literals {
  /// A literal and what it stands for.
  record Entry(String text, int id) {}

  private final Entry[] sorted;
  private final boolean[] starts = new boolean[1 << 16];

  /// Of literals with the same text the first one counts; empty ones count for nothing.
  Literals(List<Entry> entries) {
    sorted =
        entries.stream()
            .filter(e -> !e.text().isEmpty())
            .sorted(Comparator.comparing(Entry::text))
            .toArray(Entry[]::new);
    Arrays.stream(sorted).forEach(e -> starts[e.text().charAt(0)] = true);
  }

  boolean isEmpty() {
    return sorted.length == 0;
  }

  /// Which literal stands at `at`, the longest of them; -1 if none.
  int match(String text, int at) {
    if (at >= text.length() || !starts[text.charAt(at)]) {
      return -1;
    }
    int low = 0;
    int high = sorted.length;
    int found = -1;
    for (int depth = 0; at + depth < text.length(); depth++) {
      char c = text.charAt(at + depth);
      int from = lowerBound(low, high, depth, c);
      int to = lowerBound(from, high, depth, c + 1);
      if (from == to) {
        break;
      }
      low = from;
      high = to;
      if (sorted[low].text().length() == depth + 1) {
        found = low;
      }
    }
    return found;
  }

  int length(int literal) {
    return sorted[literal].text().length();
  }

  int id(int literal) {
    return sorted[literal].id();
  }

  /// The first of the entries [low, high), all equal up to `depth`, whose character there is at
  /// least `c`; an entry that ends before counts as lower than all.
  private int lowerBound(int low, int high, int depth, int c) {
    int from = low;
    int to = high;
    while (from < to) {
      int middle = (from + to) >>> 1;
      String text = sorted[middle].text();
      int there = depth < text.length() ? text.charAt(depth) : -1;
      if (there < c) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }
}
