package sirocco.train.synthetic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the user says of himself and then asks for.
final class Memory implements Kind {
  /// What is said, what is asked, what is answered.
  private record Told(String fact, String question, String answer) {}

  /// Whatever the wordings may ask for.
  private static final List<String> SORTS =
      List.of(
          "name",
          "name2",
          "city",
          "city2",
          "country",
          "job",
          "colour",
          "colour2",
          "colour3",
          "food",
          "pet",
          "pet2",
          "age",
          "female",
          "male",
          "instrument",
          "vehicle",
          "date",
          "nn",
          "nnn",
          "word",
          "object",
          "room",
          "n",
          "animal",
          "subject",
          "language",
          "month",
          "time",
          "clothing");

  private final Lists wordings = Lists.ofLines("memory.txt");
  private final Vocabulary vocabulary;

  Memory(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  @Override
  public Exchange exchange(Draw draw) {
    List<Told> told = told(draw.between(1, 4), draw);
    Told asked = draw.any(told);
    String facts = String.join(" ", told.stream().map(Told::fact).toList());
    Told again = told(1, draw).getFirst();
    return new Exchange(
        draw.phrase(wordings.of("ask"), Map.of("facts", facts, "q", asked.question())),
        asked.answer(),
        again.answer());
  }

  /// Said in one turn and asked for in a later one.
  List<Exchange> turns(Draw draw) {
    List<Told> told = told(draw.between(1, 3), draw);
    List<Exchange> turns = new ArrayList<>();
    for (Told one : told) {
      turns.add(new Exchange(one.fact(), "I will remember that.", "I do not know."));
    }
    Told asked = draw.any(told);
    turns.add(new Exchange(asked.question(), asked.answer(), "I do not know."));
    return turns;
  }

  private List<Told> told(int count, Draw draw) {
    // One fact for each form of answer: nobody has two names.
    Map<String, Told> byAnswer = new LinkedHashMap<>();
    for (String line : draw.several(count, wordings.of("fact"))) {
      Map<String, String> values = new HashMap<>();
      for (String sort : SORTS) {
        values.put(sort, vocabulary.word(sort, draw));
      }
      String[] parts = English.fill(line, values).split("[|]", -1);
      byAnswer.putIfAbsent(
          line.substring(line.lastIndexOf('|')), new Told(parts[0], parts[1], parts[2]));
    }
    return List.copyOf(byAnswer.values());
  }
}
