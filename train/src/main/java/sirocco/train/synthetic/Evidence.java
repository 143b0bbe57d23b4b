package sirocco.train.synthetic;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// A text and questions, each made of the words of one of its sentences, which is the answer. Any
/// text can be asked like that, so that words are met which no list holds; what is learned is to
/// find the sentence that a question is about, whatever it is about.
final class Evidence implements Kind {
  /// Words that say little about which sentence is meant.
  private static final Set<String> COMMON = Set.copyOf(Lists.ofWords("evidence.txt").of("common"));

  private static final int SHORTEST_SENTENCE = 4;

  private final Lists wordings = Lists.ofLines("evidence.txt");
  private final Frames frames = new Frames();
  private final Filler filler;
  private final int shortest;
  private final int longest;
  private final int longestSentence;

  /// @param shortest characters of the text; short and long alike, the logarithm is spread evenly
  /// @param longestSentence words of the longest sentence of the text
  Evidence(Vocabulary vocabulary, int shortest, int longest, int longestSentence) {
    this.filler = new Filler(vocabulary);
    this.shortest = shortest;
    this.longest = longest;
    this.longestSentence = longestSentence;
  }

  @Override
  public Exchange exchange(Draw draw) {
    return turns(draw, 1).getFirst();
  }

  @Override
  public List<Exchange> turns(Draw draw, int most) {
    int characters = draw.length(shortest, longest);
    while (true) {
      List<String> sentences =
          filler.sentences(characters, draw).stream().filter(this::isPlain).toList();
      List<String> distinct = sentences.stream().distinct().toList();
      List<Exchange> turns = new ArrayList<>();
      int questions = distinct.size() > 1 ? draw.between((most + 1) / 2, most) : 0;
      for (int i = 0; i < questions; i++) {
        // With replacement: what was not asked yet must not give the answer away.
        String asked = draw.any(distinct);
        List<String> words = question(asked, draw);
        String question = String.join(" ", words) + "?";
        boolean isNew = turns.stream().noneMatch(turn -> turn.prompt().equals(question));
        if (isNew && points(words, asked, distinct, draw.chance(0.85) ? 2 : 1)) {
          turns.add(turn(asked, question, distinct, draw));
        }
      }
      if (!turns.isEmpty()) {
        boolean mixed = turns.size() > 1 && draw.chance(0.5);
        return beside(mixed ? draw.shuffled(sentences) : sentences, turns, draw);
      }
    }
  }

  private Exchange turn(String asked, String question, List<String> sentences, Draw draw) {
    String other = draw.any(sentences);
    return new Exchange(question, asked, other.equals(asked) ? Paragraphs.ABSENT : other);
  }

  /// The text beside the first question.
  private List<Exchange> beside(List<String> sentences, List<Exchange> turns, Draw draw) {
    Exchange first = turns.getFirst();
    List<String> text = new ArrayList<>(sentences);
    if (draw.chance(0.5)) {
      // Not where its neighbours lead up to it.
      text.remove(first.answer());
      text.add(draw.below(text.size() + 1), first.answer());
    }
    String prompt = frames.prompt(String.join(" ", text), first.prompt(), draw);
    List<Exchange> beside = new ArrayList<>(turns);
    beside.set(0, new Exchange(prompt, first.answer(), first.wrong()));
    return beside;
  }

  private boolean isPlain(String sentence) {
    int words = sentence.split(" ", -1).length;
    return words >= SHORTEST_SENTENCE
        && words <= longestSentence
        && Character.isUpperCase(sentence.charAt(0))
        && sentence.matches("[\\p{L}\\p{N} ,;:'\u2019\"()%\u2013-]+[.!?]")
        && telling(List.of(sentence.split(" ", -1))).size() > 1;
  }

  /// A question word and what is left of the sentence without a part that the question word stands
  /// for; bent and thinned out, as a person would who puts it in other words.
  private List<String> question(String sentence, Draw draw) {
    List<String> words = List.of(bare(sentence).split(" +", -1));
    int gap = draw.between(1, 3);
    int at = draw.below(words.size());
    int end = Math.min(words.size(), at + gap);
    List<String> kept = new ArrayList<>();
    int near = draw.between(2, 7);
    for (int i = Math.max(0, at - near); i < Math.min(words.size(), end + near); i++) {
      boolean hidden = i >= at && i < end;
      boolean said = isTelling(words.get(i)) ? draw.chance(0.9) : draw.chance(0.55);
      if (!hidden && said) {
        kept.add(bent(i == 0 ? English.lowerFirst(words.get(i)) : words.get(i), draw));
      }
    }
    if (draw.chance(0.2) && kept.size() > 2) {
      Collections.rotate(kept, draw.between(1, kept.size() - 1));
    }
    boolean number = words.subList(at, end).stream().anyMatch(w -> Character.isDigit(w.charAt(0)));
    boolean name = at > 0 && Character.isUpperCase(words.get(at).charAt(0));
    List<String> question = new ArrayList<>();
    question.add(draw.any(wordings.of(number ? "number" : name ? "name" : "thing")));
    kept.addFirst(draw.any(wordings.of("verb")));
    kept.removeIf("-"::equals);
    question.addAll(kept);
    return question;
  }

  /// Whether the question's telling words are more of this sentence than of any other, and enough.
  private static boolean points(
      List<String> question, String asked, List<String> sentences, int enough) {
    Set<String> words = telling(question.subList(1, question.size()));
    long own = shared(words, asked);
    return own >= enough
        && sentences.stream().filter(s -> !s.equals(asked)).allMatch(s -> shared(words, s) < own);
  }

  private static long shared(Set<String> stems, String sentence) {
    Set<String> own = telling(List.of(bare(sentence).split(" +", -1)));
    return stems.stream().filter(own::contains).count();
  }

  /// The beginnings of the words that say what a sentence is about.
  private static Set<String> telling(List<String> words) {
    Set<String> stems = new HashSet<>();
    for (String word : words) {
      String plain = bare(word).toLowerCase(Locale.ROOT);
      if (isTelling(plain)) {
        stems.add(plain.length() > 5 ? plain.substring(0, plain.length() - 2) : stem(plain));
      }
    }
    return stems;
  }

  private static boolean isTelling(String word) {
    return !word.isEmpty() && !COMMON.contains(word.toLowerCase(Locale.ROOT));
  }

  /// Without an ending, now and then: `closes` asked for as `close`.
  private static String bent(String word, Draw draw) {
    return draw.chance(0.5) && Character.isLowerCase(word.charAt(0)) ? stem(word) : word;
  }

  private static String stem(String word) {
    if (word.length() > 4 && word.endsWith("ies")) {
      return word.substring(0, word.length() - 3) + "y";
    }
    if (word.length() > 4 && word.endsWith("ed")) {
      return word.substring(0, word.length() - 2);
    }
    return word.length() > 3 && word.endsWith("s") && !word.endsWith("ss")
        ? word.substring(0, word.length() - 1)
        : word;
  }

  /// Without signs around the words.
  private static String bare(String text) {
    return text.replaceAll("[^\\p{L}\\p{N} '\u2019-]", "").strip();
  }
}
