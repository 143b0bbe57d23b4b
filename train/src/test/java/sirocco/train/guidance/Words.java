package sirocco.train.guidance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import sirocco.text.Tokenizer;
import sirocco.text.Tokenizers;
import sirocco.text.Vocabulary;
import sirocco.text.Vocabulary.Token;

/// Tokenizers whose tokens are given.
public final class Words {
  private Words() {}

  /// `<unk>`, `<s>`, `</s>`, `[INST]` and `[/INST]`, then these.
  public static Tokenizer tokenizer(String... pieces) {
    List<Token> tokens = new ArrayList<>();
    tokens.add(new Token("<unk>", 0, Vocabulary.Type.UNKNOWN));
    for (String control : List.of("<s>", "</s>", "[INST]", "[/INST]")) {
      tokens.add(new Token(control, 0, Vocabulary.Type.CONTROL));
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
            false,
            true,
            false,
            OptionalInt.of(1),
            OptionalInt.of(2),
            OptionalInt.of(0),
            OptionalInt.empty()));
  }

  /// The ids of tokens by their spelling, which spaces divide.
  static int[] ids(Tokenizer tokenizer, String spelled) {
    return Arrays.stream(spelled.split(" ", -1))
        .mapToInt(token -> tokenizer.idOf(token).orElseThrow())
        .toArray();
  }
}
