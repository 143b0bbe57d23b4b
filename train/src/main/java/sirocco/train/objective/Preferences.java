package sirocco.train.objective;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// How a policy judges pairs of answers.
public record Preferences(List<Pair> pairs) {
  /// One pair; log-probabilities are sums over an answer's tokens, in nats.
  ///
  /// @param loss before the division by the number of pairs
  /// @param beta of the loss: a reward is `beta * (policy - reference)`
  public record Pair(
      double policyChosen,
      double policyRejected,
      double referenceChosen,
      double referenceRejected,
      double loss,
      double beta) {
    public double chosenReward() {
      return beta * (policyChosen - referenceChosen);
    }

    public double rejectedReward() {
      return beta * (policyRejected - referenceRejected);
    }

    public double margin() {
      return chosenReward() - rejectedReward();
    }
  }

  public Preferences {
    pairs = List.copyOf(pairs);
  }

  /// With the pairs of another micro-batch.
  public Preferences and(Preferences others) {
    List<Pair> all = new ArrayList<>(pairs);
    all.addAll(others.pairs);
    return new Preferences(all);
  }

  /// Means over the pairs, 0 without any.
  public double loss() {
    return mean(Pair::loss);
  }

  public double chosenReward() {
    return mean(Pair::chosenReward);
  }

  public double rejectedReward() {
    return mean(Pair::rejectedReward);
  }

  public double margin() {
    return mean(Pair::margin);
  }

  /// The share of pairs whose chosen answer has the larger reward.
  public double accuracy() {
    return mean(pair -> pair.margin() > 0 ? 1 : 0);
  }

  private double mean(ToDoubleFunction<Pair> number) {
    return pairs.stream().mapToDouble(number).average().orElse(0);
  }
}
