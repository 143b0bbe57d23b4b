package sirocco.text.grammar;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import sirocco.testkit.Shared;
import sirocco.text.Tokenizer;
import sirocco.text.Tokenizers;
import sirocco.text.Vocabulary;
import sirocco.text.Vocabulary.Token;

/// Vocabularies for the tests of grammars; in all of them token 2 ends a text.
final class Vocabularies {
  static final int END = 2;
  static final Set<Integer> ENDS = Set.of(END);

  private Vocabularies() {}

  /// Mistral's own, from the shared data.
  static Tokenizer mistral(String version) {
    return Tokenizers.of(
        Tokenizers.read(Shared.require("data/tokenizers/mistral-" + version + "-tokenizer.model")));
  }

  /// SentencePiece: every byte, and these pieces; `▁` is a space.
  static Tokenizer pieces(boolean removeExtraWhitespaces, String... pieces) {
    List<Token> tokens = new ArrayList<>();
    tokens.add(new Token("<unk>", 0, Vocabulary.Type.UNKNOWN));
    tokens.add(new Token("<s>", 0, Vocabulary.Type.CONTROL));
    tokens.add(new Token("</s>", 0, Vocabulary.Type.CONTROL));
    tokens.add(new Token("[TOOL_CALLS]", 0, Vocabulary.Type.CONTROL));
    for (int b = 0; b < 256; b++) {
      tokens.add(new Token("<0x%02X>".formatted(b), 0, Vocabulary.Type.BYTE));
    }
    for (String piece : pieces) {
      tokens.add(new Token(piece, -tokens.size(), Vocabulary.Type.NORMAL));
    }
    return Tokenizers.of(
        new Vocabulary(
            Vocabulary.Kind.SENTENCEPIECE_BPE,
            tokens,
            List.of(),
            Optional.empty(),
            true,
            removeExtraWhitespaces,
            true,
            false,
            OptionalInt.of(1),
            OptionalInt.of(END),
            OptionalInt.of(0),
            OptionalInt.empty()));
  }

  /// Every byte and a few pieces that cross the borders of strings, numbers and characters.
  static Tokenizer small() {
    return pieces(
        false, "▁", "▁▁", "{", "▁{", "{\"", "\":", "\",", "\"}", "\"]", "}}", "]]", "],", "▁\"",
        "\":▁\"", "true", "false", "null", "12", "00", "e+", ".5", "a", "bc", "▁the", "\\\"", "\\n",
        "é", "漢字", "😀", "a\"", "\"a", "[[", "[{\"", "0,", "▁1", "-", "-1", "2024", "-0", ":0");
  }

  /// The token of a piece.
  static int id(Tokenizer tokenizer, String piece) {
    return tokenizer.idOf(piece).orElseThrow();
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
