package sirocco.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import sirocco.testkit.Shared;
import sirocco.text.Vocabulary.Kind;
import sirocco.text.Vocabulary.Token;
import sirocco.text.Vocabulary.Type;

/// Tokenizers for the tests of prompts.
final class PromptTokenizers {
  private PromptTokenizers() {}

  /// Mistral's own, from the shared data.
  ///
  /// @param version `v1`, `v2`, `v3` or `v7`
  static Tokenizer mistral(String version) {
    return Tokenizers.of(
        Tokenizers.read(Shared.require("data/tokenizers/mistral-" + version + "-tokenizer.model")));
  }

  /// One token a byte behind these control tokens; the second is BOS, the third EOS.
  static Tokenizer bytes(List<String> controls, List<String> userDefined) {
    List<Token> tokens = new ArrayList<>();
    controls.forEach(text -> tokens.add(new Token(text, 0, Type.CONTROL)));
    userDefined.forEach(text -> tokens.add(new Token(text, 0, Type.USER_DEFINED)));
    for (int b = 0; b < 256; b++) {
      tokens.add(new Token(String.valueOf(ByteAlphabet.spell(b)), 0, Type.NORMAL));
    }
    return Tokenizers.of(vocabulary(Kind.BYTE_BPE, tokens, false, false));
  }

  /// SentencePiece with a token a byte, `▁` and a few letters, and the dummy prefix.
  static Tokenizer pieces(boolean prefixAfterControl, boolean addBos) {
    List<Token> tokens = new ArrayList<>();
    for (String control : List.of("<unk>", "<s>", "</s>", "[INST]", "[/INST]")) {
      tokens.add(new Token(control, 0, control.equals("<unk>") ? Type.UNKNOWN : Type.CONTROL));
    }
    for (int b = 0; b < 256; b++) {
      tokens.add(new Token("<0x%02X>".formatted(b), 0, Type.BYTE));
    }
    int score = 0;
    for (String piece :
        List.of("▁h", "hi", "▁hi", "▁", "h", "i", "[", "]", "/", "I", "N", "S", "T")) {
      tokens.add(new Token(piece, --score, Type.NORMAL));
    }
    return Tokenizers.of(vocabulary(Kind.SENTENCEPIECE_BPE, tokens, prefixAfterControl, addBos));
  }

  private static Vocabulary vocabulary(
      Kind kind, List<Token> tokens, boolean prefixAfterControl, boolean addBos) {
    boolean pieces = kind == Kind.SENTENCEPIECE_BPE;
    return new Vocabulary(
        kind,
        tokens,
        List.of(),
        pieces ? Optional.empty() : Optional.of(new Vocabulary.PreTokenizer("bytes", "[\\s\\S]")),
        pieces,
        false,
        addBos,
        false,
        OptionalInt.of(1),
        OptionalInt.of(2),
        pieces ? OptionalInt.of(0) : OptionalInt.empty(),
        OptionalInt.empty(),
        prefixAfterControl,
        false,
        Optional.empty());
  }
}
