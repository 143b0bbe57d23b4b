package sirocco.lab.tasks;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import sirocco.lab.eval.Item;
import sirocco.lab.eval.Question;
import sirocco.lab.eval.Reply;
import sirocco.lab.eval.Statistic;

/// A question with choices, one of which is right. A choice is as likely as its ending behind its
/// context.
///
/// @param contexts one a choice: all the same, or, where the choice fills a gap, each with its own
/// @param endings one a choice; a space at its beginning parts it from its context
/// @param right its place among them, from 0
record Choice(String id, String group, List<String> contexts, List<String> endings, int right) {
  /// The likeliest choice is the right one.
  static final Statistic ACCURACY = Statistic.mean("acc");

  /// The same with each logarithm divided by the length of its ending in characters, so that long
  /// choices are at no disadvantage.
  static final Statistic NORMALIZED = Statistic.mean("acc_norm");

  /// Far below what any text has for a likelihood per character.
  private static final double UNLIKELY = -1e6;

  Choice {
    contexts = List.copyOf(contexts);
    endings = List.copyOf(endings);
    if (contexts.size() != endings.size() || endings.size() < 2) {
      throw new IllegalArgumentException(
          "%s: expected at least 2 choices with a context each, found %d with %d"
              .formatted(id, endings.size(), contexts.size()));
    }
    if (right < 0 || right >= endings.size()) {
      throw new IllegalArgumentException(
          "%s: expected one of %d choices, found %d".formatted(id, endings.size(), right));
    }
  }

  /// Choices that stand behind one text and a space.
  static Choice of(String id, String group, String context, List<String> endings, int right) {
    return new Choice(
        id, group, Collections.nCopies(endings.size(), context), spaced(endings), right);
  }

  /// With a space before each.
  static List<String> spaced(List<String> texts) {
    return texts.stream().map(text -> " " + text).toList();
  }

  /// The question with its answer, as an example for others.
  String worked() {
    return contexts.get(right) + endings.get(right);
  }

  /// To be asked behind worked examples.
  Item item(String before) {
    return item(
        before,
        reply ->
            Map.of(
                "acc", likeliest(reply, false) == right ? 1.0 : 0.0,
                "acc_norm", likeliest(reply, true) == right ? 1.0 : 0.0));
  }

  /// To be asked behind worked examples, with a judge of its own.
  Item item(String before, Function<Reply, Map<String, Double>> judge) {
    List<Question.Continuation> asked =
        IntStream.range(0, endings.size())
            .mapToObj(c -> new Question.Continuation(before + contexts.get(c), endings.get(c)))
            .toList();
    return new Item(
        id, group, new Question.Likelihood(asked), judge, certain(), 1.0 / endings.size());
  }

  /// The choice with the highest score, the first of those if there are several.
  int likeliest(Reply reply, boolean normalized) {
    List<Reply.Likelihood> found = Replies.likelihoods(reply, endings.size());
    int best = 0;
    double highest = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < found.size(); c++) {
      double score = found.get(c).logLikelihood() / (normalized ? length(c) : 1);
      if (score > highest) {
        best = c;
        highest = score;
      }
    }
    return best;
  }

  private int length(int choice) {
    String ending = endings.get(choice);
    int from = ending.startsWith(" ") ? 1 : 0;
    return Math.max(ending.codePointCount(from, ending.length()), 1);
  }

  private Reply certain() {
    return new Reply.Likelihoods(
        IntStream.range(0, endings.size())
            .mapToObj(c -> new Reply.Likelihood(c == right ? 0 : UNLIKELY, 1, c == right))
            .toList());
  }
}
