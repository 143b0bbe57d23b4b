package sirocco.defaultmodel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import sirocco.engine.Completion;
import sirocco.engine.Engine;
import sirocco.engine.FinishReason;
import sirocco.engine.SamplingSettings;

/// How a model answers questions, by kind: in its chat format, the likeliest token each time.
final class Scores {
  /// Far more than any right answer takes.
  private static final int MOST_TOKENS = 128;

  private final Map<String, Score> kinds = new LinkedHashMap<>();

  /// One kind's score so far.
  ///
  /// @param stopped answers that the model ended by itself
  /// @param misses what went wrong
  record Score(int asked, int right, int stopped, List<Miss> misses) {
    private Score plus(boolean correct, boolean ended, List<Miss> missed) {
      List<Miss> all = new ArrayList<>(misses);
      all.addAll(missed);
      return new Score(asked + 1, right + (correct ? 1 : 0), stopped + (ended ? 1 : 0), all);
    }

    double rightShare() {
      return (double) right / asked;
    }
  }

  /// A wrong answer.
  record Miss(String question, List<String> expected, String answer) {}

  static Scores of(Engine engine, List<Question> questions) {
    Scores scores = new Scores();
    questions.forEach(question -> scores.ask(engine, question));
    return scores;
  }

  void ask(Engine engine, Question question) {
    var settings = SamplingSettings.greedy().toBuilder().maxTokens(MOST_TOKENS).build();
    Completion completion = engine.chat(question.conversation(), settings, _ -> {});
    boolean right = question.isAnsweredBy(completion.text());
    List<Miss> missed =
        right
            ? List.of()
            : List.of(new Miss(question.shown(), question.expected(), completion.text()));
    Score before = kinds.getOrDefault(question.kind(), new Score(0, 0, 0, List.of()));
    kinds.put(
        question.kind(),
        before.plus(right, completion.finishReason() == FinishReason.STOP, missed));
  }

  Map<String, Score> kinds() {
    return kinds;
  }

  /// The share of right answers of one kind.
  double right(String kind) {
    Score score = kinds.get(kind);
    if (score == null) {
      throw new IllegalArgumentException("nothing was asked of the kind " + kind);
    }
    return score.rightShare();
  }

  /// The share of answers that the model ended by itself, of all kinds.
  double stopped() {
    return kinds.values().stream().mapToInt(Score::stopped).sum()
        / (double) kinds.values().stream().mapToInt(Score::asked).sum();
  }

  static String row(String kind, Score score) {
    return String.format(
        Locale.ROOT,
        "| %-24s | %5d | %5.1f%% | %5.1f%% |",
        kind,
        score.asked(),
        100 * score.rightShare(),
        100.0 * score.stopped() / score.asked());
  }
}
