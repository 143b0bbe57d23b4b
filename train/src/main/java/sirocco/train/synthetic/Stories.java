package sirocco.train.synthetic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Short stories by a grammar: somebody, a difficulty, help on the way, an ending.
final class Stories implements Kind {
  private final Lists wordings = Lists.ofLines("stories.txt");
  private final Lists words = Lists.ofWords("stories.txt");
  private final Vocabulary vocabulary;

  Stories(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  @Override
  public Exchange exchange(Draw draw) {
    Map<String, String> values = values(draw);
    int kind = draw.below(10);
    String list = kind < 3 ? "ask" : kind < 7 ? "about" : "named";
    String story = story(values, draw);
    return new Exchange(draw.phrase(wordings.of(list), values), story, endless(story));
  }

  /// A story with a question that it answers.
  record Asked(String story, String question, String answer) {}

  Asked asked(Draw draw) {
    Map<String, String> values = values(draw);
    String line = draw.one(wordings.of("question"));
    String story = story(values, draw);
    int bar = line.indexOf('|');
    return new Asked(
        story,
        English.fill(line.substring(0, bar), values),
        English.fill(line.substring(bar + 1), values));
  }

  String story(Draw draw) {
    return story(values(draw), draw);
  }

  private String story(Map<String, String> values, Draw draw) {
    List<String> sentences = new ArrayList<>();
    add("opening", 1, values, sentences, draw);
    add("trait", draw.between(1, 3), values, sentences, draw);
    add("problem", 1, values, sentences, draw);
    add("reaction", draw.between(1, 2), values, sentences, draw);
    add("meeting", 1, values, sentences, draw);
    add("speech", 1, values, sentences, draw);
    add("attempt", draw.between(1, 3), values, sentences, draw);
    add("solution", 1, values, sentences, draw);
    add("ending", draw.between(1, 2), values, sentences, draw);
    return String.join(" ", sentences);
  }

  private void add(
      String list, int count, Map<String, String> values, List<String> sentences, Draw draw) {
    for (String wording : draw.several(count, wordings.of(list))) {
      sentences.add(English.fill(wording, values));
    }
  }

  private Map<String, String> values(Draw draw) {
    Map<String, String> values = new HashMap<>();
    String kind = draw.any(words.of("kind"));
    boolean female =
        List.of("girl", "queen").contains(kind)
            || (draw.chance(0.5) && !List.of("boy", "king").contains(kind));
    List<String> names =
        draw.several(2, () -> female ? vocabulary.female(draw) : vocabulary.male(draw));
    values.put("kind", kind);
    values.put("N", names.get(0));
    values.put("M", names.get(1));
    values.put("he", female ? "she" : "he");
    values.put("He", female ? "She" : "He");
    values.put("his", female ? "her" : "his");
    values.put("His", female ? "Her" : "His");
    values.put("him", female ? "her" : "him");
    values.put("adj", draw.any(words.of("adj")));
    values.put("adj2", draw.any(words.of("adj")));
    values.put("thing", draw.any(words.of("thing")));
    values.put("place", draw.any(words.of("place")));
    values.put("a-home", draw.any(words.of("home")));
    String animal = vocabulary.word("animal", draw);
    values.put("animal", animal);
    values.put("a-animal", English.a(animal));
    for (String sort : List.of("weather", "mood", "object", "colour", "city", "food", "n")) {
      values.put(sort, vocabulary.word(sort, draw));
    }
    return values;
  }

  /// The same story going round in circles.
  private static String endless(String story) {
    int half = story.indexOf(". ", story.length() / 2) + 1;
    String again = story.substring(half);
    return story.substring(0, half) + again + again + again;
  }
}
