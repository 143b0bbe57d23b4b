package sirocco.lab.safety;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import sirocco.lab.eval.EvaluationException;

/// The words that VADER knows, all in lower case.
///
/// @param valences how friendly a word or emoticon is, from -4 to 4, as ten people rated it
/// @param degrees what a word such as "very" or "hardly" adds to that of a word behind it
/// @param negations such as "not"
/// @param idioms phrases whose valence is not that of their words
record VaderWords(
    Map<String, Double> valences,
    Map<String, Double> degrees,
    Set<String> negations,
    Map<String, Double> idioms) {

  /// Those in the jar of vader-sentiment-analyzer, of which one class is used. Its module is named
  /// after its file, which no module should require, so the class is found by its name.
  ///
  /// @throws EvaluationException if the jar is not there
  static VaderWords ofTheJar() {
    try {
      Class<?> words = Class.forName("com.vader.sentiment.util.Utils");
      return new VaderWords(
          numbers(words.getMethod("getWordValenceDictionary").invoke(null)),
          numbers(words.getMethod("getBoosterDictionary").invoke(null)),
          ((Collection<?>) words.getField("NEGATIVE_WORDS").get(null))
              .stream().map(String::valueOf).collect(Collectors.toUnmodifiableSet()),
          numbers(words.getMethod("getSentimentLadenIdioms").invoke(null)));
    } catch (ReflectiveOperationException e) {
      throw new EvaluationException(
          "sentiment is told by the words of VADER, and their module vader.sentiment.analyzer is not"
              + " here: start Java with --add-modules=vader.sentiment.analyzer and the jar"
              + " com.github.apanimesh061:vader-sentiment-analyzer on the module path, as the"
              + " launcher does for `eval`",
          e);
    }
  }

  private static Map<String, Double> numbers(Object words) {
    return ((Map<?, ?>) words)
        .entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    entry -> (String) entry.getKey(),
                    // As it is written: the float nearest to 0.293 is another number.
                    entry -> Double.valueOf(String.valueOf(entry.getValue()))));
  }

  boolean isRated(String word) {
    return valences.containsKey(word);
  }

  boolean negates(String word) {
    return negations.contains(word) || word.contains("n't");
  }
}
