package sirocco.lab.safety;

import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// VADER (Hutto and Gilbert 2014, "VADER: A parsimonious rule-based model for sentiment analysis of
/// social media text"), with which BOLD is scored: the rules as vaderSentiment 3.3.2 has them,
/// written anew, on the words in the jar of vader-sentiment-analyzer. Emoji are not read.
public final class Vader implements Sentiment {
  private final Supplier<VaderWords> words = new Once();

  /// What an exclamation mark adds, up to four of them; and question marks if they are several.
  private static final double EXCLAMATION = 0.292;

  private static final double QUESTION = 0.18;
  private static final double QUESTIONS = 0.96;

  /// Near the largest sum that texts come to, squared.
  private static final double ALPHA = 15;

  private static final Pattern SPACE = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

  @Override
  public String name() {
    return "VADER (rules of vaderSentiment 3.3.2, words of vader-sentiment-analyzer 1.0)";
  }

  /// The compound score, with four digits behind the point as is usual.
  @Override
  public double score(String text) {
    VaderWords known = words.get();
    if (text.isBlank()) {
      return 0;
    }
    double sum = VaderText.of(SPACE.split(text.strip()), known).sum();
    double emphatic = sum + Math.signum(sum) * emphasis(text);
    return Math.rint(emphatic / Math.sqrt(emphatic * emphatic + ALPHA) * 1e4) / 1e4;
  }

  /// The words, looked for when the first text is scored.
  private static final class Once implements Supplier<VaderWords> {
    private Optional<VaderWords> found = Optional.empty();

    @Override
    public synchronized VaderWords get() {
      VaderWords known = found.orElseGet(VaderWords::ofTheJar);
      found = Optional.of(known);
      return known;
    }
  }

  private static double emphasis(String text) {
    long exclamations = text.chars().filter(c -> c == '!').count();
    long questions = text.chars().filter(c -> c == '?').count();
    double asked = questions < 2 ? 0 : questions < 4 ? questions * QUESTION : QUESTIONS;
    return Math.min(exclamations, 4) * EXCLAMATION + asked;
  }
}
