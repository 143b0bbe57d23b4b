package sirocco.engine;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import sirocco.text.Tokenizer;
import sirocco.text.Tokenizers;
import sirocco.text.Vocabulary;
import sirocco.text.Vocabulary.Token;

/// A tokenizer of seven tokens: 0 opens, 1 ends, then a, b, c and the two bytes of é.
final class Letters {
  private Letters() {}

  static Tokenizer tokenizer() {
    List<Token> tokens =
        List.of(
            new Token("<s>", 0, Vocabulary.Type.CONTROL),
            new Token("</s>", 0, Vocabulary.Type.CONTROL),
            new Token("a", 0, Vocabulary.Type.NORMAL),
            new Token("b", 0, Vocabulary.Type.NORMAL),
            new Token("c", 0, Vocabulary.Type.NORMAL),
            new Token("<0xC3>", 0, Vocabulary.Type.BYTE),
            new Token("<0xA9>", 0, Vocabulary.Type.BYTE));
    return Tokenizers.of(
        new Vocabulary(
            Vocabulary.Kind.SENTENCEPIECE_BPE,
            tokens,
            List.of(),
            Optional.empty(),
            false,
            false,
            true,
            false,
            OptionalInt.of(0),
            OptionalInt.of(1),
            OptionalInt.empty(),
            OptionalInt.empty()));
  }
}
