package sirocco.train.synthetic;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Small changes to a given text: its case, its order, its tense, one of its words.
final class Rewriting implements Kind {
  private final Lists wordings = Lists.ofLines("rewriting.txt");
  private final Lists events = Lists.ofLines("events.txt");
  private final Vocabulary vocabulary;
  private final Events sentences;

  Rewriting(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
    this.sentences = new Events(vocabulary);
  }

  @Override
  public Exchange exchange(Draw draw) {
    return switch (draw.below(10)) {
      case 0 -> upper(draw);
      case 1 -> lower(draw);
      case 2, 3 -> reverse(draw);
      case 4 -> past(draw);
      case 5 -> plural(draw);
      case 6, 7 -> replace(draw);
      case 8 -> end(draw);
      default -> count(draw);
    };
  }

  private Exchange upper(Draw draw) {
    String text = draw.chance(0.3) ? sentences.sentence(draw) : String.join(" ", words(1, 3, draw));
    return exchange("upper", text, text.toUpperCase(Locale.ROOT), text, draw);
  }

  private Exchange lower(Draw draw) {
    String text = draw.chance(0.3) ? sentences.sentence(draw) : String.join(" ", words(1, 3, draw));
    String written = draw.chance(0.6) ? text.toUpperCase(Locale.ROOT) : text;
    return exchange("lower", written, text.toLowerCase(Locale.ROOT), written, draw);
  }

  private Exchange reverse(Draw draw) {
    List<String> words = words(2, 6, draw);
    String between = draw.chance(0.5) ? ", " : " ";
    String text = String.join(between, words);
    String answer = String.join(between, words.reversed());
    return exchange("reverse", text, answer, text, draw);
  }

  private Exchange past(Draw draw) {
    String verb = draw.any(events.of("verb"));
    String base = verb.substring(0, verb.indexOf(' '));
    String name = vocabulary.firstName(draw);
    boolean plural = draw.chance(0.4);
    String subject = plural ? draw.any(List.of("I", "We", "They", "You")) : name;
    String tail =
        " " + English.a(vocabulary.word("object", draw)) + " " + draw.one(events.of("place")) + ".";
    // A verb's third person is formed as a noun's plural is.
    String now = subject + " " + (plural ? base : English.plural(base)) + tail;
    String then = subject + " " + verb.substring(verb.indexOf(' ') + 1) + tail;
    return exchange("past", now, then, now, draw);
  }

  private Exchange plural(Draw draw) {
    String noun = vocabulary.word(draw.any(List.of("object", "animal", "fruit", "flower")), draw);
    String plural = English.plural(noun);
    return new Exchange(
        draw.phrase(wordings.of("plural"), Map.of("w", noun)),
        "The plural of " + noun + " is " + plural + ".",
        "The plural of " + noun + " is " + noun + "en.");
  }

  private Exchange replace(Draw draw) {
    String sentence = sentences.sentence(draw);
    List<String> words =
        new ArrayList<>(Arrays.asList(sentence.substring(0, sentence.length() - 1).split(" ", -1)));
    // A word that stands there once, so that there is one way only.
    List<String> single =
        words.stream()
            .filter(word -> word.length() > 3 && sentence.split(word, -1).length == 2)
            .toList();
    String old = single.isEmpty() ? words.getFirst() : draw.any(single);
    String bare = old.replace(",", "");
    boolean name = Character.isUpperCase(bare.charAt(0));
    // An article before the word must fit the new one too.
    boolean vowel = English.a(bare).startsWith("an ");
    String fresh = name ? vocabulary.firstName(draw) : vocabulary.word("word", draw);
    while (!name && English.a(fresh).startsWith("an ") != vowel) {
      fresh = vocabulary.word("word", draw);
    }
    return new Exchange(
        draw.phrase(wordings.of("replace"), Map.of("x", bare, "y", fresh, "t", sentence)),
        sentence.replace(bare, fresh),
        sentence);
  }

  private Exchange end(Draw draw) {
    String sentence = sentences.sentence(draw);
    String[] words = sentence.replaceAll("[,.]", "").split(" ", -1);
    boolean first = draw.chance(0.5);
    String form = first ? "The first word is %s." : "The last word is %s.";
    return exchange(
        first ? "first-word" : "last-word",
        sentence,
        form.formatted(words[first ? 0 : words.length - 1]),
        form.formatted(words[1]),
        draw);
  }

  private Exchange count(Draw draw) {
    List<String> words = words(1, 9, draw);
    String text = String.join(", ", words);
    String wording = draw.one(wordings.of("count"));
    String noun = wording.contains("word") ? "word" : "item";
    String form = words.size() == 1 ? "There is %s." : "There are %s.";
    return new Exchange(
        English.fill(wording, Map.of("t", text)),
        form.formatted(English.count(words.size(), noun)),
        form.formatted(English.count(words.size() + 2, noun)));
  }

  private Exchange exchange(String list, String text, String answer, String wrong, Draw draw) {
    return new Exchange(draw.phrase(wordings.of(list), Map.of("t", text)), answer, wrong);
  }

  private List<String> words(int least, int most, Draw draw) {
    String sort = draw.any(List.of("word", "word", "animal", "object", "fruit", "invented"));
    return draw.several(draw.between(least, most), () -> vocabulary.word(sort, draw));
  }
}
