package sirocco.text;

import java.util.Optional;

/// Text as SentencePiece's merging sees it: rules applied, spaces written `▁`, a dummy prefix put
/// first. Follows SentencePiece's normalizer.cc step by step.
final class SentencePieceNormalizer {
  static final char SPACE = '\u2581';

  private final boolean addDummyPrefix;
  private final boolean removeExtraWhitespaces;
  private final Optional<Charsmap> charsmap;
  private final Literals userDefined;

  SentencePieceNormalizer(Vocabulary vocabulary, Literals userDefined) {
    this.addDummyPrefix = vocabulary.addDummyPrefix();
    this.removeExtraWhitespaces = vocabulary.removeExtraWhitespaces();
    this.charsmap = vocabulary.charsmap();
    this.userDefined = userDefined;
  }

  /// @param prefix whether the dummy prefix belongs before this text, if the model has one
  String normalize(String raw, boolean prefix) {
    String text = Utf8.wellFormed(raw);
    boolean withPrefix = addDummyPrefix && prefix;
    if (text.isEmpty()) {
      return "";
    }
    if (charsmap.isEmpty() && !removeExtraWhitespaces) {
      String escaped = text.replace(' ', SPACE);
      return withPrefix ? SPACE + escaped : escaped;
    }
    StringBuilder out = new StringBuilder(text.length() + 1);
    if (withPrefix) {
      out.append(SPACE);
    }
    chunks(text, out);
    if (!removeExtraWhitespaces) {
      return out.toString();
    }
    // The original trims after escaping: at the end a written `▁` goes like a space.
    int end = out.length();
    while (end > 0 && out.charAt(end - 1) == SPACE) {
      end--;
    }
    return out.substring(0, end);
  }

  /// A chunk is a user-defined token, what a rule matches, or one character. Spaces are dropped
  /// only where a chunk starts and the one before ended with a space.
  private void chunks(String text, StringBuilder out) {
    byte[] utf8 = charsmap.isPresent() ? Utf8.bytes(text) : new byte[0];
    boolean afterSpace = removeExtraWhitespaces;
    int at = 0;
    int byteAt = 0;
    while (at < text.length()) {
      int literal = userDefined.match(text, at);
      long rule = literal < 0 && charsmap.isPresent() ? charsmap.get().match(utf8, byteAt) : -1;
      int end = literal >= 0 ? at + userDefined.length(literal) : text.offsetByCodePoints(at, 1);
      int byteEnd = 0;
      String chunk;
      if (rule >= 0) {
        chunk = charsmap.orElseThrow().replacement(rule);
        byteEnd = byteAt + (int) (rule >>> 32);
      } else {
        chunk = text.substring(at, end);
      }
      // A rule counts bytes, a literal counts chars: keep both places in step.
      while (at < end || byteAt < byteEnd) {
        int codePoint = text.codePointAt(at);
        at += Character.charCount(codePoint);
        byteAt += codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
      }
      afterSpace = append(chunk, afterSpace, out) && removeExtraWhitespaces;
    }
  }

  /// Appends a chunk; whether the text now ends with a space.
  private static boolean append(String chunk, boolean afterSpace, StringBuilder out) {
    int from = 0;
    while (afterSpace && from < chunk.length() && chunk.charAt(from) == ' ') {
      from++;
    }
    if (from == chunk.length()) {
      return afterSpace;
    }
    out.append(chunk.replace(' ', SPACE), from, chunk.length());
    return chunk.charAt(chunk.length() - 1) == ' ';
  }
}
