package sirocco.lab.answers;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The answer to a problem of MATH: a piece of LaTeX (Hendrycks et al. 2021, arXiv 2103.03874).
public final class MathAnswer {
  private static final Pattern BOX = Pattern.compile("\\\\(?:boxed|fbox)(?![a-zA-Z])\\s*");
  private static final Pattern SAID =
      Pattern.compile("answer(?:\\s+is\\s*:?|\\s*:)\\s*", Pattern.CASE_INSENSITIVE);

  /// A sentence ends at a stop that is not a decimal point.
  private static final Pattern SENTENCE_END = Pattern.compile("\\.(?=\\s|$)|\\n");

  private MathAnswer() {}

  /// The contents of the last `\boxed{...}` that is closed; in a text without, what is said behind
  /// the last "answer is" or "answer:" up to the end of its formula or sentence.
  ///
  /// @return as it was written; empty if there is none
  public static Optional<String> of(String text) {
    return boxed(text).or(() -> said(text)).map(String::strip).filter(answer -> !answer.isEmpty());
  }

  /// Whether two answers are the same under the normalisation that was published with the data set
  /// (`math_equivalence.py`), and beyond it: numbers by value, and tuples, intervals, matrices and
  /// lists element by element. Lists in braces or in none may be in any order. An equivalence.
  public static boolean same(String one, String other) {
    return MathReader.of(one).equals(MathReader.of(other));
  }

  private static Optional<String> boxed(String text) {
    Matcher box = BOX.matcher(text);
    int open = -1;
    int close = -1;
    int[] ends = Braces.ends(text);
    while (box.find()) {
      int at = box.end();
      if (at < text.length() && text.charAt(at) != '{') {
        // "\boxed 5" boxes the rest of the formula, as the data set's own script has it.
        open = at - 1;
        close = formulaEnd(text, at);
      } else if (at < text.length() && ends[at] > 0) {
        open = at;
        close = ends[at];
      }
    }
    return open < 0 ? Optional.empty() : Optional.of(text.substring(open + 1, close));
  }

  private static int formulaEnd(String text, int from) {
    int end = from;
    while (end < text.length() && text.charAt(end) != '$' && text.charAt(end) != '\n') {
      end++;
    }
    return end;
  }

  private static Optional<String> said(String text) {
    Matcher said = SAID.matcher(text);
    int from = -1;
    while (said.find()) {
      from = said.end();
    }
    if (from < 0) {
      return Optional.empty();
    }
    String rest = text.substring(from);
    int close = rest.startsWith("$") ? rest.indexOf('$', 1) : -1;
    if (close > 1) {
      return Optional.of(rest.substring(1, close));
    }
    Matcher end = SENTENCE_END.matcher(rest);
    return Optional.of(end.find() ? rest.substring(0, end.start()) : rest);
  }
}
