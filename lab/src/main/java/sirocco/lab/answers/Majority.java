package sirocco.lab.answers;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;

/// The vote of several answers to one question (maj@k; Wang et al. 2022, arXiv 2203.11171).
public final class Majority {
  private Majority() {}

  /// The most frequent answer; of those that are equally frequent, the one that was seen first.
  ///
  /// @param same an equivalence
  /// @return the first of those that are the same; empty if there are none at all
  public static <T> Optional<T> of(List<T> answers, BiPredicate<T, T> same) {
    List<T> firsts = new ArrayList<>();
    List<Integer> votes = new ArrayList<>();
    for (T answer : answers) {
      int at = 0;
      while (at < firsts.size() && !same.test(firsts.get(at), answer)) {
        at++;
      }
      if (at == firsts.size()) {
        firsts.add(answer);
        votes.add(0);
      }
      votes.set(at, votes.get(at) + 1);
    }
    int best = 0;
    for (int at = 1; at < firsts.size(); at++) {
      best = votes.get(at) > votes.get(best) ? at : best;
    }
    return firsts.isEmpty() ? Optional.empty() : Optional.of(firsts.get(best));
  }
}
