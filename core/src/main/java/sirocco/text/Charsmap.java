package sirocco.text;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// SentencePiece's compiled normalisation rules (`precompiled_charsmap`): a double-array trie of
/// UTF-8 strings, each with the text that replaces it. NFKC and the like come in this form.
///
/// The layout is that of SentencePiece's normalizer.cc (a little-endian byte count, the trie, then
/// the replacements, each closed by a zero byte) and of Darts-clone for the trie's 32-bit units.
public final class Charsmap {
  private final byte[] blob;
  private final int[] units;

  /// @param blob as the file has it; not empty
  /// @throws TokenizerException if it is no such table
  public Charsmap(byte[] blob) {
    this.blob = blob.clone();
    ByteBuffer in = ByteBuffer.wrap(this.blob).order(ByteOrder.LITTLE_ENDIAN);
    long trieBytes = blob.length < 4 ? -1 : Integer.toUnsignedLong(in.getInt());
    if (trieBytes < 4 || trieBytes % 4 != 0 || trieBytes > blob.length - 4) {
      throw new TokenizerException(
          "precompiled_charsmap: expected a trie within its "
              + blob.length
              + " bytes, found one of "
              + trieBytes);
    }
    units = new int[(int) trieBytes / 4];
    in.asIntBuffer().get(units);
  }

  /// The bytes as the file has them.
  public byte[] blob() {
    return blob.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Charsmap that && Arrays.equals(blob, that.blob);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(blob);
  }

  /// The longest rule that applies at `at`: its length in bytes in the high half, the place of its
  /// replacement in the low half; -1 if there is none.
  long match(byte[] text, int at) {
    long found = -1;
    int node = offset(units[0]);
    for (int i = at; i < text.length; i++) {
      int label = text[i] & 0xFF;
      node ^= label;
      if (node < 0 || node >= units.length || (units[node] & 0x800000FF) != label) {
        break;
      }
      int unit = units[node];
      node ^= offset(unit);
      if (node < 0 || node >= units.length) {
        break;
      }
      if (((unit >>> 8) & 1) == 1) {
        found = ((long) (i + 1 - at) << 32) | (units[node] & 0x7FFFFFFF);
      }
    }
    return found;
  }

  private static int offset(int unit) {
    return (unit >>> 10) << ((unit & (1 << 9)) >>> 6);
  }

  /// The text that a match stands for.
  String replacement(long match) {
    int start = 4 + 4 * units.length;
    long from = start + (match & 0xFFFFFFFFL);
    int end = (int) Math.min(from, blob.length);
    while (end < blob.length && blob[end] != 0) {
      end++;
    }
    if (end >= blob.length) {
      throw new TokenizerException(
          "precompiled_charsmap: a rule points at byte " + from + " of " + blob.length);
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(blob, (int) from, end - (int) from))
          .toString();
    } catch (CharacterCodingException e) {
      throw new TokenizerException(
          "precompiled_charsmap: the replacement at byte " + from + " is not UTF-8", e);
    }
  }
}
