package sirocco.text;

/// Turns bytes that come in pieces into text, and holds back a character until it is whole.
///
/// What cannot become a character gives U+FFFD: one for each byte (SentencePiece's way), or one for
/// the longest start of a character (the Unicode standard's advice, section 3.9, table 3-8; what
/// Python's and Rust's decoders do).
final class Utf8Stream {
  private final boolean eachByte;
  private final byte[] held = new byte[4];
  private int count;

  Utf8Stream(boolean eachByte) {
    this.eachByte = eachByte;
  }

  void add(byte[] bytes, StringBuilder out) {
    for (byte b : bytes) {
      held[count++] = b;
      while (count > 0 && step(out)) {
        // one byte may settle several held ones
      }
    }
  }

  /// What is still held will not be completed.
  void finish(StringBuilder out) {
    while (count > 0) {
      if (!step(out)) {
        giveUp(count, out);
      }
    }
  }

  /// Settles the first character if it is known; false if more bytes are needed.
  private boolean step(StringBuilder out) {
    int need = length(held[0] & 0xFF);
    int good = 1;
    while (good < Math.min(count, need) && fits(good)) {
      good++;
    }
    if (need > 0 && good == need) {
      out.appendCodePoint(codePoint(need));
      drop(need);
      return true;
    }
    if (need > 0 && good == count) {
      return false;
    }
    giveUp(good, out);
    return true;
  }

  private void giveUp(int bytes, StringBuilder out) {
    out.append(Utf8.REPLACEMENT);
    drop(eachByte ? 1 : bytes);
  }

  private void drop(int bytes) {
    System.arraycopy(held, bytes, held, 0, count - bytes);
    count -= bytes;
  }

  /// How many bytes the character has that starts with `first`; 0 if none does.
  private static int length(int first) {
    if (first < 0x80) {
      return 1;
    }
    if (first < 0xC2 || first > 0xF4) {
      return 0;
    }
    return first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  }

  /// Whether the byte at `at` can go on the character: no overlong forms, no surrogates, nothing
  /// above U+10FFFF.
  private boolean fits(int at) {
    int b = held[at] & 0xFF;
    int low = 0x80;
    int high = 0xBF;
    if (at == 1) {
      int first = held[0] & 0xFF;
      low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
      high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    }
    return b >= low && b <= high;
  }

  private int codePoint(int bytes) {
    if (bytes == 1) {
      return held[0];
    }
    int value = held[0] & (0xFF >> (bytes + 1));
    for (int i = 1; i < bytes; i++) {
      value = (value << 6) | (held[i] & 0x3F);
    }
    return value;
  }
}
