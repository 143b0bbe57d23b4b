package sirocco.text;

import java.util.Arrays;

/// GPT-2's way to spell bytes: the printable ones of Latin-1 stand for themselves, the other 68 are
/// U+0100 and what follows, in order.
final class ByteAlphabet {
  private static final char[] CHARS = new char[256];
  private static final short[] BYTES = new short[256 + 68];

  static {
    Arrays.fill(BYTES, (short) -1);
    char next = 256;
    for (int b = 0; b < 256; b++) {
      boolean printable = (b > ' ' && b < 0x7F) || (b > 0xA0 && b != 0xAD);
      CHARS[b] = printable ? (char) b : next++;
      BYTES[CHARS[b]] = (short) b;
    }
  }

  private ByteAlphabet() {}

  static char spell(int b) {
    return CHARS[b & 0xFF];
  }

  static String spell(byte[] bytes, int from, int to) {
    StringBuilder out = new StringBuilder(to - from);
    for (int i = from; i < to; i++) {
      out.append(spell(bytes[i]));
    }
    return out.toString();
  }

  /// The byte that a character spells, or -1.
  static int read(char c) {
    return c < BYTES.length ? BYTES[c] : -1;
  }

  /// The bytes of a token; the UTF-8 form of one that is not spelled in this alphabet.
  static byte[] bytes(String text) {
    byte[] out = new byte[text.length()];
    for (int i = 0; i < out.length; i++) {
      int b = read(text.charAt(i));
      if (b < 0) {
        return Utf8.bytes(text);
      }
      out[i] = (byte) b;
    }
    return out;
  }
}
