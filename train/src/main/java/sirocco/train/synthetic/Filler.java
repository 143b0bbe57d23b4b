package sirocco.train.synthetic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Text that matters to nobody, of many kinds, in which something can be hidden.
final class Filler {
  /// Characters of the sentences that are repeated.
  private static final int REPEATED_SHORTEST = 100;

  private static final int REPEATED_LONGEST = 4_000;

  private final Lists wordings = Lists.ofLines("passkey.txt");
  private final Vocabulary vocabulary;
  private final Events events;
  private final Stories stories;
  private final Subjects subjects;

  Filler(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
    this.events = new Events(vocabulary);
    this.stories = new Stories(vocabulary);
    this.subjects = new Subjects(vocabulary);
  }

  /// Pieces of together about so many characters, among which a sentence can stand.
  List<String> pieces(int characters, Draw draw) {
    if (vocabulary.passages().isEmpty() || draw.chance(0.4)) {
      return madeUp(characters, draw);
    }
    return draw.chance(0.5)
        ? natural(characters, draw)
        : repeated(
            natural(draw.length(REPEATED_SHORTEST, REPEATED_LONGEST), draw), characters, draw);
  }

  /// A few sentences over and over, in any order, as tests of long texts are made of.
  private static List<String> repeated(List<String> sentences, int characters, Draw draw) {
    List<String> pieces = new ArrayList<>();
    int length = 0;
    while (length < characters && !sentences.isEmpty()) {
      for (String sentence : draw.shuffled(sentences)) {
        if (length < characters) {
          pieces.add(sentence);
          length += sentence.length() + 1;
        }
      }
    }
    return pieces;
  }

  /// Sentences, natural ones mostly, where there are passages.
  List<String> sentences(int characters, Draw draw) {
    return vocabulary.passages().isEmpty() || draw.chance(0.25)
        ? madeUp(characters, draw)
        : natural(characters, draw);
  }

  private List<String> madeUp(int characters, Draw draw) {
    int style = draw.below(13);
    String line = draw.any(wordings.of("grass"));
    List<String> pieces = new ArrayList<>();
    int length = 0;
    while (length < characters) {
      String piece =
          switch (style) {
            case 0, 1, 2 -> line;
            case 3 -> draw.any(wordings.of("grass"));
            case 4, 5 -> draw.any(wordings.of("plain"));
            case 6 -> events.sentence(draw);
            case 7 -> stories.story(draw);
            case 9, 10 -> fact(draw);
            case 11 -> noted(draw);
            case 8 -> String.join(" ", draw.several(8, vocabulary.all("word"))) + ".";
            default -> draw.chance(0.5) ? draw.any(wordings.of("plain")) : events.sentence(draw);
          };
      pieces.add(piece);
      length += piece.length() + 1;
    }
    return pieces;
  }

  /// Sentences of the passages in their order.
  private List<String> natural(int characters, Draw draw) {
    List<String> pieces = new ArrayList<>();
    int length = 0;
    while (length < characters) {
      for (String sentence : English.sentences(draw.one(vocabulary.passages()))) {
        if (length < characters && !sentence.isBlank()) {
          pieces.add(sentence.strip());
          length += sentence.length() + 1;
        }
      }
      // Passages of nothing but white space must not keep the loop going.
      length++;
    }
    return pieces;
  }

  /// A plain sentence about nothing in particular.
  String sentence(Draw draw) {
    return draw.one(wordings.of("plain"));
  }

  /// A fact about somebody or something that nobody will ask for.
  private String fact(Draw draw) {
    Relation relation = draw.any(Relation.ALL);
    return relation.fact(subjects.subject(relation.sort(), draw), vocabulary, draw).named();
  }

  /// A sentence with a number in it that is not the one looked for.
  private String noted(Draw draw) {
    Map<String, String> values = new HashMap<>();
    for (String sort : List.of("nn", "nnn", "nnnn", "year", "city", "object", "word")) {
      values.put(sort, vocabulary.word(sort, draw));
    }
    return draw.phrase(wordings.of("noted"), values);
  }
}
