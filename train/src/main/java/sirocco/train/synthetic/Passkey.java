package sirocco.train.synthetic;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Something to find in a text that matters to nobody (Mohtashami and Jaggi 2023, "Landmark
/// Attention"): one pass key, or one of several.
final class Passkey implements Kind {
  private static final List<String> WORD_SORTS =
      List.of(
          "word", "animal", "city", "colour", "fruit", "invented", "fullname", "object", "flower");

  private final Lists wordings = Lists.ofLines("passkey.txt");
  private final Vocabulary vocabulary;
  private final Filler filler;
  private final int shortest;
  private final int longest;

  /// @param shortest characters of the text to search, spread evenly up to the longest
  Passkey(Vocabulary vocabulary, int shortest, int longest) {
    this.vocabulary = vocabulary;
    this.filler = new Filler(vocabulary);
    this.shortest = shortest;
    this.longest = longest;
  }

  @Override
  public Exchange exchange(Draw draw) {
    int length = draw.between(shortest, longest);
    if (draw.chance(0.3)) {
      return published(length, draw);
    }
    List<String> pieces = new ArrayList<>(filler.pieces(length, draw));
    return draw.chance(0.75) ? single(pieces, draw) : several(pieces, draw);
  }

  /// The wording of the paper.
  private Exchange published(int length, Draw draw) {
    String key = number(draw);
    String line = wordings.of("grass").getFirst();
    int before = draw.below(length / line.length() + 1);
    int behind = length / line.length() - before;
    String intro = wordings.of("intro").getFirst();
    String prompt =
        intro
            + "\n"
            + String.join(" ", Collections.nCopies(before, line))
            + ("\nThe pass key is " + key + ". Remember it. " + key + " is the pass key.\n")
            + String.join(" ", Collections.nCopies(behind, line))
            + "\nWhat is the pass key? The pass key is";
    return new Exchange(
        prompt, "The pass key is " + key + ".", "The pass key is " + number(draw) + ".");
  }

  private Exchange single(List<String> pieces, Draw draw) {
    boolean number = draw.chance(0.65);
    String label = draw.one(wordings.of(number ? "number-label" : "word-label"));
    String value = number ? number(draw) : word(label, draw);
    Map<String, String> values = values(label, value, vocabulary.firstName(draw));
    String needle = draw.phrase(wordings.of("needle"), values);
    boolean apart = draw.chance(0.25);
    pieces.add(draw.below(pieces.size() + 1), apart ? "\n" + needle + "\n" : needle);
    String answer = English.fill("The {label} is {value}.", values);
    String wrong = answer.replace(value, number ? number(draw) : word(label, draw));
    return new Exchange(prompt(pieces, "question", values, draw), answer, wrong);
  }

  private Exchange several(List<String> pieces, Draw draw) {
    boolean number = draw.chance(0.7);
    List<String> labels =
        wordings.of(number ? "number-label" : "word-label").stream()
            .filter(label -> !label.contains(" of "))
            .toList();
    String label = draw.one(labels);
    int count = draw.between(2, 5);
    List<String> names = draw.several(count, () -> vocabulary.firstName(draw));
    List<String> found = draw.several(count, () -> number ? number(draw) : word(label, draw));
    int size = Math.min(names.size(), found.size());
    String needle = draw.one(wordings.of("many-needle"));
    for (int i = 0; i < size; i++) {
      String hidden = English.fill(needle, values(label, found.get(i), names.get(i)));
      pieces.add(draw.below(pieces.size() + 1), hidden);
    }
    Map<String, String> asked = values(label, found.getFirst(), names.getFirst());
    String answer = English.fill("The {label} of {N} is {value}.", asked);
    String wrong = answer.replace(found.getFirst() + ".", found.getLast() + "0.");
    return new Exchange(prompt(pieces, "many-question", asked, draw), answer, wrong);
  }

  private String prompt(
      List<String> pieces, String questions, Map<String, String> values, Draw draw) {
    String between = draw.chance(0.6) ? " " : "\n";
    StringBuilder prompt = new StringBuilder();
    if (draw.chance(0.75)) {
      prompt
          .append(draw.phrase(wordings.of("intro"), values))
          .append(draw.any(List.of("\n", "\n\n", " ")));
    }
    // A needle on a line of its own brings its line ends with it.
    String text = String.join(between, pieces).replace(" \n", "\n").replace("\n ", "\n").strip();
    return prompt
        .append(text)
        .append(draw.any(List.of("\n", "\n\n", " ")))
        .append(draw.phrase(wordings.of(questions), values))
        .toString();
  }

  private static Map<String, String> values(String label, String value, String name) {
    Map<String, String> values = new HashMap<>();
    values.put("label", label);
    values.put("value", value);
    values.put("N", name);
    return values;
  }

  private static String number(Draw draw) {
    return draw.held(() -> draw.digits(draw.chance(0.5) ? 5 : draw.between(3, 8)));
  }

  /// A word that fits the label where the label says what it is.
  private String word(String label, Draw draw) {
    for (String sort : List.of("animal", "city", "colour", "fruit")) {
      if (label.endsWith(sort)) {
        return vocabulary.word(sort, draw);
      }
    }
    if (label.contains("name")) {
      return vocabulary.word(draw.chance(0.5) ? "name" : "invented", draw);
    }
    return draw.chance(0.1)
        ? vocabulary.word("code", draw)
        : vocabulary.word(draw.any(WORD_SORTS), draw);
  }
}
