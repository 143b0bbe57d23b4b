package sirocco.train.tokenizer;

import java.lang.Character.UnicodeScript;
import java.util.HashMap;
import java.util.Map;

/// A corpus cut where no piece may cross, and how often each cut-out occurs: all that byte-pair
/// encoding needs to know of it.
///
/// The rules are SentencePiece's (`IsValidSentencePiece` in trainer_interface.cc): a cut before a
/// space that follows anything but a space (so spaces, written `▁`, lead a word or stand in runs of
/// their own), between characters of two Unicode scripts (punctuation, tabs, newlines and symbols
/// are one script, `Common`; combining marks take the script of what they stand on), and, if asked
/// for, around each digit. A document opens with the dummy prefix, as it will when it is encoded.
final class Segments {
  /// How SentencePiece writes a space.
  static final char SPACE = '\u2581';

  /// Stands in SentencePiece's own training data for characters not covered.
  private static final char UNCOVERED = '\u2585';

  private final boolean splitDigits;
  private final int maxLength;
  private final Map<String, long[]> counts = new HashMap<>();

  /// @param maxLength longer ones (a page of `=`) are cut, or their length would cost time without
  ///   teaching anything
  Segments(boolean splitDigits, int maxLength) {
    this.splitDigits = splitDigits;
    this.maxLength = maxLength;
  }

  /// Cuts and counts one document.
  void add(String document) {
    if (document.isEmpty()) {
      return;
    }
    String text = SPACE + document.replace(' ', SPACE);
    int start = 0;
    // The script that the segment has shown so far: UNKNOWN stands for none.
    UnicodeScript script = UnicodeScript.UNKNOWN;
    int before = -1;
    int next;
    for (int at = 0; at < text.length(); at = next) {
      int c = text.codePointAt(at);
      next = at + Character.charCount(c);
      UnicodeScript own = c == SPACE ? UnicodeScript.UNKNOWN : script(c, script);
      boolean cut =
          (c == SPACE && before != SPACE)
              || alone(c)
              || alone(before)
              || (script != UnicodeScript.UNKNOWN && own != script)
              || at - start >= maxLength;
      if (cut) {
        count(text, start, at);
        start = at;
      }
      script = own;
      before = c;
    }
    count(text, start, text.length());
  }

  /// How often each segment occurs; `long[1]` each.
  Map<String, long[]> counts() {
    return counts;
  }

  private void count(String text, int start, int end) {
    if (start == end || isUnusable(text.codePointAt(start))) {
      return;
    }
    counts.computeIfAbsent(text.substring(start, end), segment -> new long[1])[0]++;
  }

  private boolean alone(int c) {
    return (splitDigits && isDigit(c)) || isUnusable(c);
  }

  private static boolean isDigit(int c) {
    return (c >= '0' && c <= '9') || (c >= '\uFF10' && c <= '\uFF19');
  }

  /// What no vocabulary should hold: half characters, noncharacters, and what SentencePiece
  /// reserves.
  private static boolean isUnusable(int c) {
    return c == 0
        || c == UNCOVERED
        || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)
        || (c >= 0xFDD0 && c <= 0xFDEF)
        || (c & 0xFFFE) == 0xFFFE;
  }

  private static UnicodeScript script(int c, UnicodeScript before) {
    if (c == 0x30FC) {
      // The long vowel mark of Japanese is common to two scripts.
      return UnicodeScript.HAN;
    }
    UnicodeScript script = UnicodeScript.of(c);
    return switch (script) {
      case HIRAGANA, KATAKANA -> UnicodeScript.HAN;
      case INHERITED -> before;
      case UNKNOWN -> UnicodeScript.COMMON;
      default -> script;
    };
  }
}
