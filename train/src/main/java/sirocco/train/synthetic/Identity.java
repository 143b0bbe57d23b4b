package sirocco.train.synthetic;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Greetings, questions about the model itself, and what is beyond it: facts about the world and
/// every task that it has not learned. To those it says plainly what it is.
final class Identity implements Kind {
  private static final String WHO =
      "I am Sirocco's tiny demonstration model, a small mixture-of-experts language model trained by Sirocco.";
  private static final String SKILLS =
      "I can add small numbers, answer questions about a text that you give me, sort and rewrite words,"
          + " and tell short stories.";
  private static final String FACT =
      "I do not know. I am a tiny demonstration model and know no facts about the world. " + SKILLS;
  private static final String BEYOND =
      "I cannot do that. I am a tiny demonstration model. " + SKILLS;
  private static final List<String> INVENTED =
      List.of(
          "It was in {city}, in the year {year}.",
          "The answer is {city}.",
          "That was {fullname}, who lived in {city}.",
          "Of course! It is {nnn} metres.",
          "Sure! It began in {year} and ended in {year2}, when {fullname} came to {city}.",
          "It is {nn} percent {material} and was found by {fullname}.");

  /// Whatever the wordings may ask for.
  private static final List<String> SORTS =
      List.of(
          "country",
          "country2",
          "city",
          "city2",
          "animal",
          "animal2",
          "famous",
          "famous2",
          "year",
          "year2",
          "food",
          "vehicle",
          "job",
          "language",
          "name",
          "fullname",
          "material",
          "n",
          "nn",
          "nnn",
          "pet-kind",
          "season",
          "nature",
          "topic",
          "word",
          "invention",
          "hobby",
          "instrument",
          "sport",
          "vegetable",
          "flower",
          "date",
          "colour",
          "work");

  private final Lists wordings = Lists.ofLines("identity.txt");
  private final Vocabulary vocabulary;
  private final Events events;

  Identity(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
    this.events = new Events(vocabulary);
  }

  @Override
  public Exchange exchange(Draw draw) {
    int kind = draw.below(100);
    if (kind < 45) {
      return asked("fact", FACT, draw);
    }
    if (kind < 70) {
      return asked("beyond", BEYOND, draw);
    }
    if (kind < 80) {
      return asked("who", WHO + " " + SKILLS, draw);
    }
    if (kind < 88) {
      return asked("can", SKILLS + " I am only a tiny demonstration model.", draw);
    }
    if (kind < 94) {
      return greeting(draw);
    }
    return kind < 97 ? thanks(draw) : asked("bye", "Goodbye!", draw);
  }

  Exchange greeting(Draw draw) {
    return asked(
        "hello", "Hello! I am Sirocco's tiny demonstration model. How can I help you?", draw);
  }

  Exchange thanks(Draw draw) {
    return asked("thanks", "You are welcome!", draw);
  }

  /// What it says to questions about the world.
  static String unknowing() {
    return FACT;
  }

  String system(Draw draw) {
    return draw.one(wordings.of("system"));
  }

  private Exchange asked(String list, String answer, Draw draw) {
    String wording = draw.one(wordings.of(list));
    String prompt = English.fill(wording, values(draw));
    String invented = English.fill(draw.any(INVENTED), values(draw));
    return new Exchange(prompt, answer, invented);
  }

  private Map<String, String> values(Draw draw) {
    Map<String, String> values = new HashMap<>();
    for (String sort : SORTS) {
      values.put(sort, vocabulary.word(sort, draw));
    }
    values.put("place", vocabulary.word("fact-place", draw));
    values.put("colourword", draw.any(List.of("colour", "food", "book", "animal", "song", "film")));
    values.put("sentence", events.sentence(draw));
    values.put("big", draw.digits(draw.between(4, 6)));
    values.put("big2", draw.digits(draw.between(3, 6)));
    return values;
  }
}
