package sirocco.text.grammar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// A set of Unicode characters: code points without the surrogates, which UTF-8 cannot say.
///
/// @param ranges sorted, apart from each other, both ends included
record CharSet(List<Range> ranges) {
  private static final int LAST = Character.MAX_CODE_POINT;
  private static final Range SURROGATES = new Range(0xD800, 0xDFFF);

  static final CharSet NONE = new CharSet(List.of());
  static final CharSet ALL = NONE.complement();
  static final CharSet DIGITS = of('0', '9');
  static final CharSet HEX = DIGITS.or(of('a', 'f')).or(of('A', 'F'));

  /// Characters `low` to `high`.
  record Range(int low, int high) {}

  CharSet {
    ranges = List.copyOf(ranges);
  }

  /// Every character from `low` to `high`.
  static CharSet of(int low, int high) {
    return union(List.of(new Range(low, high)));
  }

  static CharSet of(int character) {
    return of(character, character);
  }

  /// The characters of a text.
  static CharSet anyOf(String characters) {
    return union(characters.codePoints().mapToObj(c -> new Range(c, c)).toList());
  }

  private static CharSet union(List<Range> parts) {
    List<Range> sorted = new ArrayList<>();
    for (Range part : parts) {
      addOutside(part, sorted);
    }
    sorted.sort(Comparator.comparingInt(Range::low));
    List<Range> merged = new ArrayList<>();
    for (Range next : sorted) {
      if (!merged.isEmpty() && next.low <= merged.getLast().high + 1) {
        Range last = merged.removeLast();
        merged.add(new Range(last.low, Math.max(last.high, next.high)));
      } else {
        merged.add(next);
      }
    }
    return new CharSet(merged);
  }

  /// Adds what of a range is no surrogate.
  private static void addOutside(Range part, List<Range> out) {
    if (part.high < SURROGATES.low || part.low > SURROGATES.high) {
      out.add(part);
      return;
    }
    if (part.low < SURROGATES.low) {
      out.add(new Range(part.low, SURROGATES.low - 1));
    }
    if (part.high > SURROGATES.high) {
      out.add(new Range(SURROGATES.high + 1, part.high));
    }
  }

  CharSet or(CharSet other) {
    List<Range> all = new ArrayList<>(ranges);
    all.addAll(other.ranges);
    return union(all);
  }

  CharSet complement() {
    List<Range> out = new ArrayList<>();
    int from = 0;
    for (Range range : ranges) {
      if (range.low > from) {
        out.add(new Range(from, range.low - 1));
      }
      from = range.high + 1;
    }
    if (from <= LAST) {
      out.add(new Range(from, LAST));
    }
    return union(out);
  }

  CharSet and(CharSet other) {
    return complement().or(other.complement()).complement();
  }

  CharSet minus(CharSet other) {
    return and(other.complement());
  }

  boolean has(int character) {
    return ranges.stream().anyMatch(r -> r.low <= character && character <= r.high);
  }

  boolean isEmpty() {
    return ranges.isEmpty();
  }

  /// The UTF-8 forms of the set: each entry is a sequence of byte ranges `{low, high, low, high,
  /// …}`, and every combination of bytes from them is one character's form (the Unicode standard's
  /// table 3-7 of well-formed byte sequences, for any range).
  List<int[]> utf8() {
    List<int[]> out = new ArrayList<>();
    for (Range range : ranges) {
      int low = range.low;
      for (int last : new int[] {0x7F, 0x7FF, 0xFFFF, LAST}) {
        if (low <= Math.min(range.high, last)) {
          sameLength(low, Math.min(range.high, last), out);
          low = last + 1;
        }
      }
    }
    return out;
  }

  /// Cuts a range of characters with equally long forms until all but the first bytes that differ
  /// run over everything.
  private static void sameLength(int low, int high, List<int[]> out) {
    int bytes = length(low);
    for (int i = 1; i < bytes; i++) {
      int mask = (1 << (6 * i)) - 1;
      if ((low & ~mask) != (high & ~mask)) {
        if ((low & mask) != 0) {
          sameLength(low, low | mask, out);
          sameLength((low | mask) + 1, high, out);
          return;
        }
        if ((high & mask) != mask) {
          sameLength(low, (high & ~mask) - 1, out);
          sameLength(high & ~mask, high, out);
          return;
        }
      }
    }
    int[] form = new int[2 * bytes];
    for (int i = 0; i < bytes; i++) {
      form[2 * i] = at(low, bytes, i);
      form[2 * i + 1] = at(high, bytes, i);
    }
    out.add(form);
  }

  private static int length(int character) {
    return character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
  }

  /// Byte `index` of the form of a character that has `bytes` of them.
  private static int at(int character, int bytes, int index) {
    if (bytes == 1) {
      return character;
    }
    int rest = character >> (6 * (bytes - 1 - index));
    return index == 0 ? rest | ((0xF00 >> bytes) & 0xFF) : 0x80 | (rest & 0x3F);
  }

  @Override
  public String toString() {
    return Arrays.toString(ranges.toArray());
  }
}
