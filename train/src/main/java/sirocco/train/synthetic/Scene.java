package sirocco.train.synthetic;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A short paragraph about everyday matters, with places for words, and what can be asked about it.
///
/// @param words lists that only this scene has: the causes of a delay, the parts of a machine
record Scene(String head, Map<String, List<String>> words, String text, List<Asked> questions) {
  private static final Pattern PLACE = Pattern.compile("\\{(?:[aAsC] )?([a-z]+)([0-9]*)\\}");
  private static final Pattern ASKED = Pattern.compile("\\? (.+?) = (.+)");

  /// How often a word is drawn again that another place has already.
  private static final int TRIES = 50;

  /// Wordings of one question, and its answer.
  record Asked(List<String> wordings, String answer) {}

  /// A scene with its places filled in.
  record Told(String text, List<Asked> questions) {
    List<String> sentences() {
      return English.sentences(text);
    }

    /// The sentence of the text that answers: that with most of the answer's words, of equals the
    /// shortest.
    String sentence(Asked asked) {
      Set<String> answer = words(asked.answer());
      return sentences().stream()
          .max(
              Comparator.comparingLong(
                      (String s) -> words(s).stream().filter(answer::contains).count())
                  .thenComparing(Comparator.comparingInt(String::length).reversed()))
          .orElseThrow();
    }

    private static Set<String> words(String text) {
      return new HashSet<>(List.of(text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+", -1)));
    }
  }

  /// Every scene of `scenes.txt` by its head, in the file's order: `@name:` a list of its own, a
  /// line of text, `?` wordings divided by `|`, `=` the answer.
  static final Map<String, Scene> ALL = all();

  private static Map<String, Scene> all() {
    Map<String, Scene> scenes = new LinkedHashMap<>();
    Lists.sections("scenes.txt").forEach((head, lines) -> scenes.put(head, of(head, lines)));
    return Collections.unmodifiableMap(scenes);
  }

  private static Scene of(String head, List<String> lines) {
    Map<String, List<String>> words = new HashMap<>();
    List<Asked> questions = new ArrayList<>();
    String text = "";
    for (String line : lines) {
      if (line.startsWith("@")) {
        String[] named = line.substring(1).split(": ", 2);
        words.put(named[0], List.of(named[1].split(", *", -1)));
      } else if (line.startsWith("?")) {
        Matcher asked = ASKED.matcher(line);
        if (!asked.matches()) {
          throw new IllegalArgumentException(
              "scenes.txt: " + head + ": expected '? question? = Answer.', found " + line);
        }
        questions.add(new Asked(List.of(asked.group(1).split(" \\| ", -1)), asked.group(2)));
      } else {
        text = line;
      }
    }
    return new Scene(head, Map.copyOf(words), text, List.copyOf(questions));
  }

  /// The scene with words of the draw's share. No two places hold the same word.
  Told told(Vocabulary vocabulary, Draw draw) {
    Map<String, String> values = new HashMap<>();
    Set<String> used = new HashSet<>();
    Matcher places = PLACE.matcher(text);
    while (places.find()) {
      String place = places.group(1) + places.group(2);
      if (!values.containsKey(place)) {
        String word = word(places.group(1), vocabulary, draw);
        for (int i = 0; i < TRIES && !used.add(word); i++) {
          word = word(places.group(1), vocabulary, draw);
        }
        values.put(place, word);
      }
    }
    return new Told(
        English.capital(English.fill(text, values)),
        questions.stream().map(asked -> filled(asked, values)).toList());
  }

  private static Asked filled(Asked asked, Map<String, String> values) {
    return new Asked(
        asked.wordings().stream().map(q -> English.capital(English.fill(q, values))).toList(),
        English.capital(English.fill(asked.answer(), values)));
  }

  private String word(String list, Vocabulary vocabulary, Draw draw) {
    List<String> own = words.get(list);
    if (own != null) {
      return draw.any(own);
    }
    return switch (list) {
      case "female" -> vocabulary.female(draw);
      case "male" -> vocabulary.male(draw);
      default -> vocabulary.word(list, draw);
    };
  }
}
