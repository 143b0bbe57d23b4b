package sirocco.lab.tasks;

import java.util.Locale;

/// Answers of a few words, compared as SQuAD and TriviaQA do (Rajpurkar et al. 2016): in lower
/// case, without punctuation and articles, with single spaces.
final class ShortAnswer {
  private ShortAnswer() {}

  /// What is compared. An answer of which nothing would be left, such as `The The`, keeps all but
  /// its case.
  static String normal(String answer) {
    String lower = answer.lines().findFirst().orElse("").toLowerCase(Locale.ROOT);
    String bare =
        lower
            .replaceAll("[\\p{Punct}‘’“”´`]", "")
            .replaceAll("\\b(?:a|an|the)\\b", " ")
            .strip()
            .replaceAll("\\s+", " ");
    return bare.isEmpty() ? lower.strip() : bare;
  }

  static boolean same(String found, String expected) {
    return normal(found).equals(normal(expected));
  }
}
