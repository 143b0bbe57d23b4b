package sirocco.train.synthetic;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;

/// Lines of words thrown together, and questions that are some words of one of them, which is the
/// answer. No line means anything, so that only the words themselves tell which one is asked for:
/// the skill that finding an answer in a text begins with.
final class Pointing implements Kind {
  private static final int CHARACTERS = 900;
  private static final int SHORTEST_WORD = 3;
  private static final int SHORTEST_LINE = 3;
  private static final int LONGEST_LINE = 6;
  private static final int MOST_LINES = 10;

  private final Frames frames = new Frames();
  private final Filler filler;

  Pointing(Vocabulary vocabulary) {
    this.filler = new Filler(vocabulary);
  }

  @Override
  public Exchange exchange(Draw draw) {
    return turns(draw, 1).getFirst();
  }

  @Override
  public List<Exchange> turns(Draw draw, int most) {
    List<List<String>> lines = lines(draw);
    while (lines.size() < 2) {
      lines = lines(draw);
    }
    List<String> told =
        lines.stream().map(line -> English.capital(String.join(" ", line)) + ".").toList();
    List<Exchange> turns = new ArrayList<>();
    Set<String> questions = new HashSet<>();
    for (int i = draw.between((most + 1) / 2, most); i > 0; i--) {
      int asked = draw.below(lines.size());
      String question = String.join(" ", some(lines.get(asked), draw)) + "?";
      if (!questions.add(question)) {
        continue;
      }
      String prompt =
          turns.isEmpty() ? frames.prompt(String.join(" ", told), question, draw) : question;
      String wrong = told.get((asked + 1) % told.size());
      turns.add(new Exchange(prompt, told.get(asked), wrong));
    }
    return turns;
  }

  /// Lines no two of which share a word.
  private List<List<String>> lines(Draw draw) {
    List<String> words =
        draw.shuffled(
            filler.sentences(CHARACTERS, draw).stream()
                .flatMap(sentence -> List.of(sentence.split("[^\\p{L}]+", -1)).stream())
                .filter(word -> word.length() >= SHORTEST_WORD)
                .map(word -> word.toLowerCase(Locale.ROOT))
                .distinct()
                .toList());
    int most = draw.between(2, MOST_LINES);
    List<List<String>> lines = new ArrayList<>();
    int at = 0;
    while (lines.size() < most && at + LONGEST_LINE <= words.size()) {
      int length = draw.between(SHORTEST_LINE, LONGEST_LINE);
      lines.add(words.subList(at, at + length));
      at += length;
    }
    return lines;
  }

  private static List<String> some(List<String> line, Draw draw) {
    List<Integer> places = draw.shuffled(IntStream.range(0, line.size()).boxed().toList());
    List<Integer> taken = places.subList(0, draw.between(1, 3));
    return (draw.chance(0.5) ? taken : taken.stream().sorted().toList())
        .stream().map(line::get).toList();
  }
}
