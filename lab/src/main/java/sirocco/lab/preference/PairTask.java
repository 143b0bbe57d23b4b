package sirocco.lab.preference;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sirocco.lab.eval.DataFolder;
import sirocco.lab.eval.Item;
import sirocco.lab.eval.Question.Chat;
import sirocco.lab.eval.Question.Sampling;
import sirocco.lab.eval.Reply;
import sirocco.lab.eval.Statistic;
import sirocco.lab.eval.Task;
import sirocco.lab.eval.Verdict;
import sirocco.lab.statistics.Battle;
import sirocco.lab.statistics.Battle.Outcome;

/// The answers of two subjects side by side, each pair in both orders, since judges favour a place;
/// its subject is the judge.
record PairTask(MtBench bench, Answers one, Answers other) implements Task {
  private static final String SCORE = "score_of_first";

  @Override
  public Description description() {
    return new Description(
        "mt-bench-pairs",
        "MT-Bench, %s against %s".formatted(one.subject(), other.subject()),
        ("A judge compares the answers to each of two turns, in both orders, greedily; a tie and a"
                + " reply without a verdict are half. Answers of %s and %s.")
            .formatted(one.fingerprint(), other.fingerprint()),
        MtBench.SOURCE,
        0,
        MtBench.FILES);
  }

  @Override
  public List<Item> items(DataFolder source, int shots) {
    List<Item> items = new ArrayList<>();
    for (MtBench.Asked question : bench.questions()) {
      List<String> first = one.byQuestion().getOrDefault(question.id(), List.of());
      List<String> second = other.byQuestion().getOrDefault(question.id(), List.of());
      for (int turn = 0; turn < Math.min(first.size(), second.size()); turn++) {
        items.add(item(question, turn, first, second, false));
        items.add(item(question, turn, second, first, true));
      }
    }
    return items;
  }

  private Item item(
      MtBench.Asked question, int turn, List<String> a, List<String> b, boolean swapped) {
    Map<String, String> texts = new HashMap<>(GradingTask.words(question));
    texts.put("answer_a", a.getFirst());
    texts.put("answer_b", b.getFirst());
    texts.put("answer_a_1", a.getFirst());
    texts.put("answer_a_2", a.getLast());
    texts.put("answer_b_1", b.getFirst());
    texts.put("answer_b_2", b.getLast());
    return new Item(
        "%d/%d/%s".formatted(question.id(), turn + 1, swapped ? "swapped" : "straight"),
        question.category(),
        new Chat(
            bench.prompt("pair", question, turn).fill(texts),
            Sampling.greedy(GradingTask.JUDGE_TOKENS, List.of())),
        reply -> judged(((Reply.Texts) reply).all().getFirst(), swapped),
        new Reply.Texts(List.of(swapped ? "[[B]]" : "[[A]]")),
        0.5);
  }

  private static Map<String, Double> judged(String text, boolean swapped) {
    boolean a = text.contains("[[A]]");
    boolean b = !a && text.contains("[[B]]");
    double scoreOfA = a ? 1 : b ? 0 : 0.5;
    boolean decided = a || b || text.contains("[[C]]");
    return Map.of(SCORE, swapped ? 1 - scoreOfA : scoreOfA, "decided", decided ? 1.0 : 0.0);
  }

  @Override
  public List<Statistic> statistics() {
    return List.of(Statistic.mean(SCORE), Statistic.mean("decided"));
  }

  /// A battle for each answer: won where both orders say so, else a tie.
  List<Battle> battles(List<Verdict> verdicts) {
    Map<String, Double> points = new LinkedHashMap<>();
    for (Verdict verdict : verdicts) {
      String answer = verdict.item().substring(0, verdict.item().lastIndexOf('/'));
      points.merge(answer, verdict.measure(SCORE), Double::sum);
    }
    return points.values().stream()
        .map(sum -> sum == 2 ? Outcome.A : sum == 0 ? Outcome.B : Outcome.TIE)
        .map(outcome -> new Battle(one.subject(), other.subject(), outcome))
        .toList();
  }
}
