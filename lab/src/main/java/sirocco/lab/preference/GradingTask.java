package sirocco.lab.preference;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sirocco.lab.eval.DataFolder;
import sirocco.lab.eval.Item;
import sirocco.lab.eval.Question.Chat;
import sirocco.lab.eval.Question.Sampling;
import sirocco.lab.eval.Reply;
import sirocco.lab.eval.Statistic;
import sirocco.lab.eval.Task;
import sirocco.lab.eval.Verdict;

/// Answers graded from 1 to 10, one at a time; its subject is the judge.
record GradingTask(MtBench bench, Answers answers) implements Task {
  static final int JUDGE_TOKENS = 2048;
  private static final Pattern RATING = Pattern.compile("\\[\\[(\\d+(?:\\.\\d+)?)\\]\\]");

  /// What judges write who do not keep to the format.
  private static final Pattern LOOSE = Pattern.compile("\\[(\\d+(?:\\.\\d+)?)\\]");

  @Override
  public Description description() {
    return new Description(
        "mt-bench",
        "MT-Bench, answers of " + answers.subject(),
        "A judge rates each of two turns from 1 to 10, greedily; replies without a rating are left"
            + " out and counted. Answers of "
            + answers.fingerprint()
            + ".",
        MtBench.SOURCE,
        0,
        MtBench.FILES);
  }

  @Override
  public List<Item> items(DataFolder source, int shots) {
    List<Item> items = new ArrayList<>();
    for (MtBench.Asked question : bench.questions()) {
      List<String> given = answers.byQuestion().getOrDefault(question.id(), List.of());
      for (int turn = 0; turn < given.size(); turn++) {
        items.add(item(question, given, turn));
      }
    }
    return items;
  }

  private Item item(MtBench.Asked question, List<String> given, int turn) {
    Map<String, String> texts = new HashMap<>(words(question));
    texts.put("answer", given.getFirst());
    texts.put("answer_1", given.getFirst());
    texts.put("answer_2", given.getLast());
    return new Item(
        question.id() + "/" + (turn + 1),
        question.category(),
        new Chat(
            bench.prompt("single", question, turn).fill(texts),
            Sampling.greedy(JUDGE_TOKENS, List.of())),
        reply -> judged(((Reply.Texts) reply).all().getFirst()),
        new Reply.Texts(List.of("Rating: [[10]]")),
        Double.NaN);
  }

  /// What question and reference are called in the templates.
  static Map<String, String> words(MtBench.Asked question) {
    Map<String, String> texts = new HashMap<>();
    texts.put("question", question.turns().getFirst());
    texts.put("question_1", question.turns().getFirst());
    texts.put("question_2", question.turns().getLast());
    for (int turn = 0; turn < question.reference().size(); turn++) {
      texts.put("ref_answer_" + (turn + 1), question.reference().get(turn));
    }
    return texts;
  }

  private static Map<String, Double> judged(String text) {
    double score = rating(text);
    return Map.of("score", score, "rated", Double.isNaN(score) ? 0.0 : 1.0);
  }

  /// The first rating of 1 to 10; not a number if there is none.
  static double rating(String text) {
    for (Pattern pattern : List.of(RATING, LOOSE)) {
      Matcher found = pattern.matcher(text);
      if (found.find()) {
        double rating = Double.parseDouble(found.group(1));
        return rating >= 1 && rating <= 10 ? rating : Double.NaN;
      }
    }
    return Double.NaN;
  }

  @Override
  public List<Statistic> statistics() {
    return List.of(
        new Statistic("score", verdicts -> mean(verdicts, "")),
        new Statistic("score_turn_1", verdicts -> mean(verdicts, "/1")),
        new Statistic("score_turn_2", verdicts -> mean(verdicts, "/2")),
        Statistic.mean("rated"));
  }

  private static double mean(List<Verdict> verdicts, String turn) {
    return verdicts.stream()
        .filter(v -> v.item().endsWith(turn))
        .mapToDouble(v -> v.measure("score"))
        .filter(score -> !Double.isNaN(score))
        .average()
        .orElse(Double.NaN);
  }
}
