package sirocco.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import sirocco.text.Tokenizer;
import sirocco.text.Tokenizers;
import sirocco.text.Vocabulary;
import sirocco.text.Vocabulary.Token;
import sirocco.text.grammar.Grammar;
import sirocco.text.grammar.Matcher;
import sirocco.text.grammar.TokenAutomaton;
import sirocco.text.grammar.TokenMask;
import sirocco.text.grammar.TokenTrie;

/// Texts drawn at random through a grammar, as a model would write them that knows nothing. What
/// closes something is drawn more often, so that texts end.
public final class Draws {
  private static final int END = 2;
  private static final int MOST = 6000;

  private static final Tokenizer TOKENIZER = tokenizer();
  private static final TokenTrie TRIE = new TokenTrie(TOKENIZER);

  private final TokenAutomaton automaton;
  private final String[] texts;

  public Draws(Grammar grammar) {
    this.automaton = new TokenAutomaton(grammar, TRIE, Set.of(END));
    this.texts = new String[TOKENIZER.vocabSize()];
    for (int id = 0; id < texts.length; id++) {
      texts[id] = TOKENIZER.decode(new int[] {id});
    }
  }

  /// A text; the same for the same seed.
  public String text(long seed) {
    Random random = new Random(seed);
    Matcher matcher = automaton.matcher(true);
    List<Integer> ids = new ArrayList<>();
    StringBuilder written = new StringBuilder();
    while (ids.size() < MOST) {
      TokenMask mask = matcher.allowed();
      boolean hurry = ids.size() > MOST / 20;
      boolean end = mask.allows(END) && (hurry || random.nextInt(3) == 0);
      int id = end ? END : draw(mask, hurry, isInString(written), random);
      if (!matcher.accept(id)) {
        throw new AssertionError("token " + id + " was allowed and refused");
      }
      if (matcher.isEnded()) {
        return decoded(ids);
      }
      ids.add(id);
      written.append(texts[id]);
    }
    throw new AssertionError("no end after: " + decoded(ids));
  }

  private static String decoded(List<Integer> ids) {
    return TOKENIZER.decode(ids.stream().mapToInt(Integer::intValue).toArray());
  }

  private static boolean isInString(CharSequence json) {
    boolean inside = false;
    for (int i = 0; i < json.length(); i++) {
      if (inside && json.charAt(i) == '\\') {
        i++;
      } else if (json.charAt(i) == '"') {
        inside = !inside;
      }
    }
    return inside;
  }

  private int draw(TokenMask mask, boolean hurry, boolean inString, Random random) {
    List<Integer> all = new ArrayList<>();
    List<Integer> quotes = new ArrayList<>();
    List<Integer> brackets = new ArrayList<>();
    for (int id = 0; id < texts.length; id++) {
      if (mask.allows(id)) {
        all.add(id);
        if (texts[id].endsWith("\"") && !texts[id].contains("{")) {
          quotes.add(id);
        } else if (texts[id].endsWith("]") || texts[id].endsWith("}")) {
          brackets.add(id);
        }
      }
    }
    for (List<Integer> closing : inString ? List.of(quotes) : List.of(brackets, quotes)) {
      if (!closing.isEmpty() && random.nextInt(16) < (hurry ? 15 : 4)) {
        return closing.get(random.nextInt(closing.size()));
      }
    }
    return all.get(random.nextInt(all.size()));
  }

  /// SentencePiece: every byte and a few pieces that cross the borders of strings and numbers, but
  /// none that opens two things at once, which would leave no way to close the first.
  private static Tokenizer tokenizer() {
    List<Token> tokens = new ArrayList<>();
    for (String special : List.of("<unk>", "<s>", "</s>")) {
      boolean unknown = tokens.isEmpty();
      tokens.add(
          new Token(special, 0, unknown ? Vocabulary.Type.UNKNOWN : Vocabulary.Type.CONTROL));
    }
    for (int b = 0; b < 256; b++) {
      tokens.add(new Token("<0x%02X>".formatted(b), 0, Vocabulary.Type.BYTE));
    }
    for (String piece :
        List.of(
            "▁", "\":", "\",", "\"}", "}}", "]]", "▁\"", "12", "e+", "a", "\\\"", "é", "漢", "😀")) {
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
            OptionalInt.of(END),
            OptionalInt.of(0),
            OptionalInt.empty()));
  }
}
