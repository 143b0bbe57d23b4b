package sirocco.lab.tasks;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;
import sirocco.lab.answers.Majority;
import sirocco.lab.eval.Item;
import sirocco.lab.eval.Question;
import sirocco.lab.eval.Question.Sampling;
import sirocco.lab.eval.Reply;
import sirocco.lab.eval.Statistic;

/// A question that is answered by going on with a text, and how it is worked.
///
/// @param prompt ends where the answer begins, without the space between if there is one
/// @param solution goes on behind it; the space between, if there is one, is its first character
/// @param expected answers any of which is right
record Worked(String id, String group, String prompt, String solution, List<String> expected) {
  Worked {
    expected = List.copyOf(expected);
  }

  /// Tells right answers.
  ///
  /// @param answer the answer that is in a text; empty if there is none
  /// @param same whether one that was found is one that was expected
  record Judge(Function<String, Optional<String>> answer, BiPredicate<String, String> same) {}

  /// What is measured of texts: the share of those that are right, and, where there are several,
  /// whether their vote is.
  static List<Statistic> statistics(Sampling sampling) {
    Statistic accuracy = Statistic.mean("acc");
    return sampling.samples() == 1
        ? List.of(accuracy)
        : List.of(Statistic.mean(vote(sampling.samples())), accuracy);
  }

  private static String vote(int samples) {
    return "maj@" + samples;
  }

  /// The question with its answer, as an example for others.
  String example() {
    return prompt + solution;
  }

  /// To be asked behind worked examples.
  Item item(String before, Sampling sampling, Judge judge) {
    return new Item(
        id,
        group,
        new Question.Completion(before + prompt, sampling),
        reply -> judged(Replies.texts(reply, sampling.samples()), judge),
        new Reply.Texts(Collections.nCopies(sampling.samples(), solution)),
        0);
  }

  private Map<String, Double> judged(List<String> texts, Judge judge) {
    List<String> answers = texts.stream().flatMap(t -> judge.answer().apply(t).stream()).toList();
    Map<String, Double> measures = new HashMap<>();
    double right = answers.stream().filter(a -> isRight(a, judge)).count();
    measures.put("acc", right / texts.size());
    if (texts.size() > 1) {
      Optional<String> voted = Majority.of(answers, judge.same());
      measures.put(
          vote(texts.size()), voted.filter(a -> isRight(a, judge)).isPresent() ? 1.0 : 0.0);
    }
    return measures;
  }

  private boolean isRight(String found, Judge judge) {
    return expected.stream().anyMatch(e -> judge.same().test(found, e));
  }
}
