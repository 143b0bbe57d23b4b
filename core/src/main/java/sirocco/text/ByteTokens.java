package sirocco.text;

/// Tokens that stand for one byte, spelled `<0x0A>`.
final class ByteTokens {
  private ByteTokens() {}

  /// The byte that a token of type BYTE stands for.
  ///
  /// @throws TokenizerException unless the spelling is exactly `<0x`, two upper-case hexadecimal
  ///   digits, `>`
  static int value(int id, String text) {
    int value = parse(text);
    if (value < 0) {
      throw new TokenizerException(
          "token " + id + ": expected a byte token like <0x0A>, found " + Quote.of(text));
    }
    return value;
  }

  /// The byte, or -1 if this is no byte token's spelling.
  static int parse(String text) {
    if (text.length() != 6 || !text.startsWith("<0x") || text.charAt(5) != '>') {
      return -1;
    }
    int high = hex(text.charAt(3));
    int low = hex(text.charAt(4));
    return high < 0 || low < 0 ? -1 : 16 * high + low;
  }

  private static int hex(char c) {
    return Character.isLowerCase(c) || c > 'F' ? -1 : Character.digit(c, 16);
  }
}
