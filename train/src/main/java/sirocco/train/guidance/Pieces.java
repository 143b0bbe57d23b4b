package sirocco.train.guidance;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import sirocco.text.Tokenizer;

/// What each token of a vocabulary is for somebody who looks for sentences and words.
public final class Pieces {
  private static final String SENTENCE_ENDS = ".!?:";

  private final String[] texts;
  private final String[] words;
  private final boolean[] ends;

  public Pieces(Tokenizer tokenizer) {
    int count = tokenizer.vocabSize();
    texts = new String[count];
    words = new String[count];
    ends = new boolean[count];
    for (int id = 0; id < count; id++) {
      // One character a byte, so that places in the text are places in the tokens' bytes.
      String text = new String(tokenizer.bytes(id), StandardCharsets.ISO_8859_1);
      String bare = text.strip();
      texts[id] = text;
      String word = new String(tokenizer.bytes(id), StandardCharsets.UTF_8).strip();
      boolean tells = word.codePoints().filter(Character::isLetterOrDigit).count() > 1;
      words[id] = tells ? word.toLowerCase(Locale.ROOT) : "";
      ends[id] =
          tokenizer.isControl(id)
              || text.contains("\n")
              || (!bare.isEmpty() && SENTENCE_ENDS.indexOf(bare.charAt(bare.length() - 1)) >= 0);
    }
  }

  /// The bytes of a token, a character each; empty for control tokens.
  String text(int id) {
    return texts[id];
  }

  /// The token without spaces and capitals, the same for `▁Lamp` and `lamp`; empty if it is a
  /// single letter or none.
  String word(int id) {
    return words[id];
  }

  /// Whether no sentence goes on behind the token: full stops, colons, line ends, control tokens.
  boolean ends(int id) {
    return ends[id];
  }
}
