package sirocco.text.grammar;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import sirocco.text.Tokenizer;

/// A model that knows nothing: it draws any token that is allowed, one that ends something more
/// often, so that texts end.
final class Walk {
  private final Tokenizer tokenizer;
  private final TokenAutomaton automaton;
  private final Random random;

  Walk(TokenAutomaton automaton, long seed) {
    this.automaton = automaton;
    this.tokenizer = automaton.tokenizer();
    this.random = new Random(seed);
  }

  /// The ids of a text, without the end token.
  ///
  /// @param most tokens; behind a twentieth of them the walk hurries to the end
  int[] run(int most) {
    Matcher matcher = automaton.matcher(true);
    List<Integer> ids = new ArrayList<>();
    while (ids.size() < most) {
      TokenMask mask = matcher.allowed();
      boolean hurry = ids.size() > most / 20;
      int id =
          mask.allows(Vocabularies.END) && (hurry || random.nextInt(3) == 0)
              ? Vocabularies.END
              : draw(mask, hurry);
      if (!matcher.accept(id)) {
        throw new AssertionError("token " + id + " was allowed and refused");
      }
      if (matcher.isEnded()) {
        if (!matcher.isComplete()) {
          throw new AssertionError("ended where the text is not complete");
        }
        return ids.stream().mapToInt(Integer::intValue).toArray();
      }
      ids.add(id);
    }
    throw new AssertionError(
        "no end after: " + tokenizer.decode(ids.stream().mapToInt(Integer::intValue).toArray()));
  }

  private int draw(TokenMask mask, boolean hurry) {
    List<Integer> all = new ArrayList<>();
    List<Integer> quotes = new ArrayList<>();
    List<Integer> brackets = new ArrayList<>();
    for (int id = 0; id < tokenizer.vocabSize(); id++) {
      if (mask.allows(id)) {
        all.add(id);
        String text = tokenizer.decode(new int[] {id});
        if (text.endsWith("\"") && !text.contains("{")) {
          quotes.add(id);
        } else if (text.endsWith("]") || text.endsWith("}")) {
          brackets.add(id);
        }
      }
    }
    for (List<Integer> closing : List.of(brackets, quotes)) {
      if (!closing.isEmpty() && random.nextInt(16) < (hurry ? 15 : 4)) {
        return closing.get(random.nextInt(closing.size()));
      }
    }
    return all.get(random.nextInt(all.size()));
  }
}
