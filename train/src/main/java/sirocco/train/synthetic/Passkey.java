package sirocco.train.synthetic;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// Something to find in a text that matters to nobody (Mohtashami and Jaggi 2023, "Landmark
/// Attention"): one pass key, one of several, or something told in a sentence.
final class Passkey implements Kind {
  private static final List<String> WORD_SORTS =
      List.of(
          "word", "animal", "city", "colour", "fruit", "invented", "fullname", "object", "flower");

  /// How often what is hidden is told in a sentence of its own.
  private static final double TOLD = 0.5;

  private static final double TOLD_OF_SEVERAL = 0.7;

  /// What a thing is called, and whether its value is a number.
  private record Label(String name, boolean number) {}

  /// A sentence in the text, and the question that it answers.
  ///
  /// @param name of two with one name, a question might mean either
  private record Hidden(String name, String needle, String label, Exchange turn) {}

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
    List<Hidden> hidden =
        draw.chance(0.75)
            ? List.of(draw.chance(TOLD) ? told(draw) : labelled(label(draw), draw))
            : named(draw.between(2, 5), draw);
    return beside(filler.pieces(length, draw), hidden, draw);
  }

  @Override
  public List<Exchange> turns(Draw draw, int most) {
    int count = draw.between(2, Math.max(2, most));
    List<Hidden> hidden = draw.chance(0.3) ? named(count, draw) : different(count, draw);
    List<Exchange> turns = new ArrayList<>();
    turns.add(beside(filler.pieces(draw.between(shortest, longest), draw), hidden, draw));
    hidden.stream().skip(1).limit(most - 1).map(Hidden::turn).forEach(turns::add);
    return turns;
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

  private Label label(Draw draw) {
    boolean number = draw.chance(0.65);
    return new Label(draw.one(wordings.of(number ? "number-label" : "word-label")), number);
  }

  /// Something with a label: `the pass key`.
  private Hidden labelled(Label label, Draw draw) {
    Map<String, String> values =
        values(label.name(), value(label, draw), vocabulary.firstName(draw));
    String needle = draw.phrase(wordings.of("needle"), values);
    boolean apart = draw.chance(0.25);
    String question = draw.phrase(wordings.of("question"), values);
    return new Hidden(
        label.name().replace(" ", ""),
        apart ? "\n" + needle + "\n" : needle,
        label.name(),
        asked(question, needle, Objects.requireNonNull(values.get("value")), value(label, draw)));
  }

  /// The answer is the first sentence that tells the value.
  private static Exchange asked(String question, String needle, String value, String other) {
    String answer =
        English.sentences(needle).stream()
            .filter(sentence -> sentence.contains(value))
            .findFirst()
            .orElseThrow();
    return new Exchange(question, answer, answer.replace(value, other));
  }

  /// Something told in a sentence of its own, which is the answer.
  private Hidden told(Draw draw) {
    boolean number = draw.chance(0.65);
    Label label = new Label(number ? "number" : "word", number);
    List<String> forms =
        List.of(draw.one(wordings.of(number ? "number-told" : "word-told")).split("[|]", -1));
    Map<String, String> values =
        values(label.name(), value(label, draw), vocabulary.firstName(draw));
    for (String sort : List.of("city", "object", "animal")) {
      values.put(sort, vocabulary.word(sort, draw));
    }
    String needle = English.fill(forms.getFirst(), values);
    String question = English.fill(draw.any(forms.subList(1, forms.size())), values);
    values.put("value", value(label, draw));
    return new Hidden(
        forms.getFirst(),
        needle,
        label.name(),
        new Exchange(question, needle, English.fill(forms.getFirst(), values)));
  }

  /// The same of several people.
  private List<Hidden> named(int count, Draw draw) {
    boolean number = draw.chance(0.7);
    List<String> labels =
        wordings.of(number ? "number-label" : "word-label").stream()
            .filter(name -> !name.contains(" of "))
            .toList();
    Label label = new Label(draw.one(labels), number);
    List<String> names = draw.several(count, () -> vocabulary.firstName(draw));
    List<String> found = draw.several(count, () -> value(label, draw));
    String needle = draw.one(wordings.of("many-needle"));
    List<Hidden> hidden = new ArrayList<>();
    for (int i = 0; i < Math.min(names.size(), found.size()); i++) {
      Map<String, String> values = values(label.name(), found.get(i), names.get(i));
      String question = draw.phrase(wordings.of("many-question"), values);
      String hiding = English.fill(needle, values);
      String other = found.get((i + 1) % found.size());
      hidden.add(
          new Hidden(
              names.get(i), hiding, label.name(), asked(question, hiding, found.get(i), other)));
    }
    return hidden;
  }

  /// Things of different names, no two of which could be meant by one question.
  private List<Hidden> different(int count, Draw draw) {
    List<Hidden> hidden = new ArrayList<>();
    Set<String> names = new HashSet<>();
    while (hidden.size() < count) {
      Hidden next = draw.chance(TOLD_OF_SEVERAL) ? told(draw) : labelled(label(draw), draw);
      if (names.add(next.name())) {
        hidden.add(next);
      }
    }
    return hidden;
  }

  /// All of it in the text, and the first asked for.
  private Exchange beside(List<String> filler, List<Hidden> hidden, Draw draw) {
    List<String> pieces = new ArrayList<>(filler);
    hidden.forEach(thing -> pieces.add(draw.below(pieces.size() + 1), thing.needle()));
    Hidden asked = hidden.getFirst();
    Exchange turn = asked.turn();
    return new Exchange(
        prompt(pieces, asked.label(), turn.prompt(), draw), turn.answer(), turn.wrong());
  }

  private String prompt(List<String> pieces, String label, String question, Draw draw) {
    String between = draw.chance(0.6) ? " " : "\n";
    StringBuilder prompt = new StringBuilder();
    if (draw.chance(0.75)) {
      prompt
          .append(draw.phrase(wordings.of("intro"), Map.of("label", label)))
          .append(draw.any(List.of("\n", "\n\n", " ")));
    }
    // A needle on a line of its own brings its line ends with it.
    String text = String.join(between, pieces).replace(" \n", "\n").replace("\n ", "\n").strip();
    return prompt
        .append(text)
        .append(draw.any(List.of("\n", "\n\n", " ")))
        .append(question)
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

  private String value(Label label, Draw draw) {
    return label.number() ? number(draw) : word(label.name(), draw);
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
