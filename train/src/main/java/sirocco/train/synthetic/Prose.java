package sirocco.train.synthetic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// Facts brought into sentences: one each or two in one, with names and pronouns.
///
/// @param sentences which of them tells each fact
record Prose(String text, Map<Told, String> sentences) {
  private static final List<String> CONTRASTS = List.of(", but ", ", while ", ", and ", "; ");

  /// Characters of two sentences that are made one at most: nobody writes longer ones.
  private static final int LONGEST = 120;

  /// First words that are small within a sentence; all others are names.
  private static final Set<String> SMALL =
      Set.of(
          "The",
          "In",
          "On",
          "At",
          "As",
          "Near",
          "Before",
          "After",
          "Because",
          "When",
          "Last",
          "One",
          "These",
          "Two",
          "Together",
          "Yesterday",
          "Yesterday,",
          "There",
          "Many",
          "People",
          "Every",
          "About",
          "A",
          "You");

  /// Subject after subject with pronouns, or all mixed with names only.
  ///
  /// @param asides sentences about something else, some of which are put in anywhere
  static Prose of(List<Told> told, List<String> asides, Draw draw) {
    List<Told> order = draw.chance(0.35) ? draw.shuffled(told) : told;
    boolean joining = draw.chance(0.6);
    double aside = draw.chance(0.25) ? 0.25 : 0;
    List<String> sentences = new ArrayList<>();
    Map<Told, String> telling = new HashMap<>();
    int i = 0;
    while (i < order.size()) {
      if (draw.chance(aside)) {
        sentences.add(draw.any(asides));
      }
      Told one = order.get(i);
      boolean same = i > 0 && leads(sentences.getLast(), order.get(i - 1), one.subject());
      String joined =
          joining && i + 1 < order.size() && draw.chance(0.4)
              ? joined(one, order.get(i + 1), same, draw)
              : "";
      if (joined.isEmpty()) {
        sentences.add(same && draw.chance(0.75) ? one.fact().pronoun() : one.fact().named());
      } else {
        sentences.add(joined);
        telling.put(order.get(i + 1), joined);
      }
      telling.put(one, sentences.getLast());
      i += joined.isEmpty() ? 1 : 2;
    }
    return new Prose(String.join(draw.chance(0.05) ? "\n" : " ", sentences), telling);
  }

  /// The sentence that tells a fact.
  String sentence(Told told) {
    return Objects.requireNonNull(sentences.get(told));
  }

  /// Whether a pronoun may follow: the sentence is about the same subject and begins with it.
  private static boolean leads(String sentence, Told before, Subject subject) {
    return before.subject().equals(subject)
        && (sentence.startsWith(before.name())
            || sentence.startsWith(English.capital(subject.pronoun().subject()) + " ")
            || sentence.startsWith(English.capital(subject.pronoun().possessive()) + " "));
  }

  /// Two facts in one sentence; empty if they do not fit into one.
  private static String joined(Told one, Told two, boolean known, Draw draw) {
    if (one.fact().named().length() + two.fact().named().length() > LONGEST) {
      return "";
    }
    if (!one.subject().equals(two.subject())) {
      String second = two.fact().named();
      String named = one.fact().named();
      String opening = second.substring(0, Math.max(0, second.indexOf(' ')));
      return named.substring(0, named.length() - 1)
          + draw.any(CONTRASTS)
          + (SMALL.contains(opening) ? English.lowerFirst(second) : second);
    }
    if (one.predicate().isEmpty() || two.predicate().isEmpty()) {
      return "";
    }
    boolean named = !known || draw.chance(0.5);
    String name = named ? one.name() : English.capital(one.subject().pronoun().subject());
    if (named && draw.chance(0.4)) {
      String who = one.subject().pronoun() == Subject.Pronoun.IT ? ", which " : ", who ";
      return name + who + one.predicate() + ", " + two.predicate() + ".";
    }
    return name + " " + one.predicate() + " and " + two.predicate() + ".";
  }
}
