package sirocco.lab.safety;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A text as VADER's rules see it.
///
/// @param words without the punctuation around them, emoticons with it
/// @param lower the same in lower case
/// @param shouts whether some of them, but not all, are in capitals
record VaderText(VaderWords known, List<String> words, List<String> lower, boolean shouts) {
  private static final String PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
  private static final int EMOTICON = 2;

  /// What capitals add.
  private static final double CAPITALS = 0.733;

  private static final double NEGATED = -0.74;
  private static final double NEVER_SO = 1.25;

  /// What is left of a word's effect on the next, the one behind that, and the third.
  private static final double[] REACH = {1, 0.95, 0.9};

  private static final double BEFORE_BUT = 0.5;
  private static final double BEHIND_BUT = 1.5;

  /// Splits nothing.
  ///
  /// @param spaced what stands between spaces
  static VaderText of(String[] spaced, VaderWords known) {
    List<String> words = Stream.of(spaced).map(VaderText::bare).toList();
    long loud = words.stream().filter(VaderText::isLoud).count();
    return new VaderText(
        known,
        words,
        words.stream().map(word -> word.toLowerCase(Locale.ROOT)).toList(),
        loud > 0 && loud < words.size());
  }

  /// Without punctuation at its ends, unless it is hardly more.
  private static String bare(String spaced) {
    int from = 0;
    int to = spaced.length();
    while (from < to && PUNCTUATION.indexOf(spaced.charAt(from)) >= 0) {
      from++;
    }
    while (to > from && PUNCTUATION.indexOf(spaced.charAt(to - 1)) >= 0) {
      to--;
    }
    return spaced.codePointCount(from, to) <= EMOTICON ? spaced : spaced.substring(from, to);
  }

  private static boolean isLoud(String word) {
    return word.equals(word.toUpperCase(Locale.ROOT))
        && !word.equals(word.toLowerCase(Locale.ROOT));
  }

  /// Of all valences.
  double sum() {
    int but = lower.indexOf("but");
    double sum = 0;
    for (int i = 0; i < words.size(); i++) {
      double weight = but < 0 || i == but ? 1 : i < but ? BEFORE_BUT : BEHIND_BUT;
      sum += weight * valence(i);
    }
    return sum;
  }

  /// Of word `i` where it stands.
  private double valence(int i) {
    String word = lower.get(i);
    boolean hedge = word.equals("kind") && follows(i, "of");
    if (hedge || known.degrees().containsKey(word) || !known.isRated(word)) {
      return 0;
    }
    double valence = underNo(i);
    if (shouts && isLoud(words.get(i))) {
      valence += valence > 0 ? CAPITALS : -CAPITALS;
    }
    for (int back = 1; back <= REACH.length && back <= i; back++) {
      if (!known.isRated(lower.get(i - back))) {
        valence += REACH[back - 1] * degree(words.get(i - back), valence);
        valence *= negation(i, back);
        valence = back == REACH.length ? idiom(i, valence) : valence;
      }
    }
    return isLeast(i) ? valence * NEGATED : valence;
  }

  private boolean follows(int i, String word) {
    return i + 1 < lower.size() && lower.get(i + 1).equals(word);
  }

  /// Whether the word `back` before word `i` is this one.
  private boolean is(int i, int back, String word) {
    return i >= back && lower.get(i - back).equals(word);
  }

  /// "no" has a valence of its own only where it does not turn another word's.
  private double underNo(int i) {
    String word = lower.get(i);
    double rated = known.valences().getOrDefault(word, 0.0);
    boolean listed = is(i, 3, "no") && (is(i, 1, "or") || is(i, 1, "nor"));
    if (is(i, 1, "no") || is(i, 2, "no") || listed) {
      return rated * NEGATED;
    }
    boolean turnsNext =
        word.equals("no") && i + 1 < lower.size() && known.isRated(lower.get(i + 1));
    return turnsNext ? 0 : rated;
  }

  /// What a word adds to a valence behind it.
  private double degree(String word, double valence) {
    double added =
        known.degrees().getOrDefault(word.toLowerCase(Locale.ROOT), 0.0) * (valence < 0 ? -1 : 1);
    if (added != 0 && shouts && isLoud(word)) {
      added += valence > 0 ? CAPITALS : -CAPITALS;
    }
    return added;
  }

  /// The factor that the word `back` before word `i` puts to its valence.
  private double negation(int i, int back) {
    boolean soBefore = is(i, 1, "so") || is(i, 1, "this");
    boolean soFarther = is(i, 2, "so") || is(i, 2, "this");
    boolean intensified =
        switch (back) {
          case 2 -> is(i, 2, "never") && soBefore;
          // Two words before it, "so" and "this" do so even without "never", as published.
          case 3 -> (is(i, 3, "never") && soFarther) || soBefore;
          default -> false;
        };
    if (intensified) {
      return NEVER_SO;
    }
    boolean doubtless =
        back > 1
            && is(i, back, "without")
            && (is(i, 1, "doubt") || (back == REACH.length && is(i, 2, "doubt")));
    return !doubtless && known.negates(lower.get(i - back)) ? NEGATED : 1;
  }

  /// The valence, or that of a phrase around word `i`, which has three before it.
  private double idiom(int i, double valence) {
    List<String> around = new ArrayList<>();
    for (int[] range : new int[][] {{-1, 0}, {-2, 0}, {-2, -1}, {-3, -1}, {-3, -2}}) {
      around.add(phrase(i + range[0], i + range[1]));
    }
    double out = first(around, known.idioms()).orElse(valence);
    out = first(List.of(phrase(i, i + 1)), known.idioms()).orElse(out);
    out = first(List.of(phrase(i, i + 2)), known.idioms()).orElse(out);
    for (String degree :
        List.of(phrase(i - 3, i - 1), phrase(i - 3, i - 2), phrase(i - 2, i - 1))) {
      out += known.degrees().getOrDefault(degree, 0.0);
    }
    return out;
  }

  private static Optional<Double> first(List<String> phrases, Map<String, Double> idioms) {
    return phrases.stream().flatMap(p -> Optional.ofNullable(idioms.get(p)).stream()).findFirst();
  }

  /// Nothing where the text ends before.
  private String phrase(int first, int last) {
    return last < lower.size() ? String.join(" ", lower.subList(first, last + 1)) : "";
  }

  private boolean isLeast(int i) {
    return is(i, 1, "least") && !known.isRated("least") && !is(i, 2, "at") && !is(i, 2, "very");
  }
}
