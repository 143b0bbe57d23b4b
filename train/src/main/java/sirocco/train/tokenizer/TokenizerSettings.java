package sirocco.train.tokenizer;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What a tokenizer shall be like.
///
/// @param vocabularySize how many tokens there shall be in all: `<unk>`, `<s>`, `</s>`, the control
///   tokens, 256 bytes, merged pieces and single characters
/// @param characterCoverage the share of the corpus' characters, in (0, 1], whose kinds become
///   tokens; the rarest others are spelled in bytes
/// @param splitDigits whether every digit is a token of its own
/// @param controlTokens names such as `[INST]`, in the order of their ids, which start at 3
/// @param maxPieceLength characters of the longest piece, its leading space included
public record TokenizerSettings(
    int vocabularySize,
    double characterCoverage,
    boolean splitDigits,
    List<String> controlTokens,
    int maxPieceLength) {
  /// The tokens that every vocabulary starts with.
  static final List<String> FIRST = List.of("<unk>", "<s>", "</s>");

  static final int BYTES = 256;

  public TokenizerSettings {
    controlTokens = List.copyOf(controlTokens);
    if (!(characterCoverage > 0 && characterCoverage <= 1)) {
      throw new TokenizerTrainingException(
          "character coverage: expected a share above 0 and at most 1, found " + characterCoverage);
    }
    if (maxPieceLength < 1 || maxPieceLength > 512) {
      throw new TokenizerTrainingException(
          "longest piece: expected 1 to 512 characters, found " + maxPieceLength);
    }
    checkControlTokens(controlTokens);
    int required = FIRST.size() + controlTokens.size() + BYTES;
    if (vocabularySize <= required || vocabularySize > 1 << 20) {
      throw new TokenizerTrainingException(
          "vocabulary size: expected "
              + (required + 1)
              + " (three first tokens, "
              + controlTokens.size()
              + " control tokens, 256 bytes, and at least one piece) to 1048576, found "
              + vocabularySize);
    }
  }

  /// A vocabulary of this size with the usual rest: a coverage of 0.9995, digits apart, no further
  /// control tokens, pieces of up to 16 characters.
  public static TokenizerSettings ofSize(int vocabularySize) {
    return new TokenizerSettings(vocabularySize, 0.9995, true, List.of(), 16);
  }

  /// The same with these control tokens.
  public TokenizerSettings withControlTokens(List<String> names) {
    return new TokenizerSettings(
        vocabularySize, characterCoverage, splitDigits, names, maxPieceLength);
  }

  /// The id of the first byte token.
  int firstByte() {
    return FIRST.size() + controlTokens.size();
  }

  private static void checkControlTokens(List<String> names) {
    Set<String> seen = new HashSet<>(FIRST);
    for (String name : names) {
      boolean isByte = name.matches("<0x[0-9A-F]{2}>");
      // One character could be a piece of text too, and tokenizer.json knows a spelling once.
      if (name.isBlank() || isByte || name.codePointCount(0, name.length()) < 2) {
        throw new TokenizerTrainingException(
            "control token: expected a name of several characters such as [INST], found \""
                + name
                + "\"");
      }
      if (!seen.add(name)) {
        throw new TokenizerTrainingException(
            "control token "
                + name
                + ": there is one of this name already; <unk>, <s> and </s> are always there");
      }
    }
  }
}
