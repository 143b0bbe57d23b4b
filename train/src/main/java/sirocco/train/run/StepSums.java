package sirocco.train.run;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sirocco.checkpoint.ModelConfig;
import sirocco.train.model.Gradients;
import sirocco.train.objective.Preferences;

/// Adds up what the micro-batches of a step report, in one row of numbers that processes can sum:
/// loss, divisor, tokens, balance and z weighted by tokens, then of pairs how many were judged, how
/// many rightly, and both rewards; then counts and entropies of each layer; then each loss of the
/// guidance and its weight in tokens.
final class StepSums {
  private static final int PAIRS = 5;
  private static final int HEAD = 9;

  private final int layers;
  private final int experts;
  private final List<String> guidance;
  private final double[] numbers;

  /// @param guidance names of its losses
  StepSums(ModelConfig config, List<String> guidance) {
    this.guidance = guidance;
    this.experts = config.numLocalExperts();
    this.layers = config.isMixture() ? config.numHiddenLayers() : 0;
    this.numbers = new double[guided() + 2 * guidance.size()];
  }

  private int guided() {
    return HEAD + layers * (experts + 1);
  }

  /// @param loss summed over what `divisor` counts
  void add(double loss, long divisor, long tokens, Gradients.Step<?> step) {
    numbers[0] += loss;
    numbers[1] += divisor;
    numbers[2] += tokens;
    numbers[3] += step.balanceLoss() * tokens;
    numbers[4] += step.zLoss() * tokens;
    for (int layer = 0; layer < layers; layer++) {
      int at = HEAD + layer * (experts + 1);
      for (int e = 0; e < experts; e++) {
        numbers[at + e] += step.counts()[layer][e];
      }
      numbers[at + experts] += step.entropies()[layer] * tokens;
    }
    for (int i = 0; i < guidance.size(); i++) {
      if (!Double.isNaN(step.guidance()[i])) {
        numbers[guided() + 2 * i] += step.guidance()[i] * tokens;
        numbers[guided() + 2 * i + 1] += tokens;
      }
    }
  }

  void add(Preferences preferences) {
    int pairs = preferences.pairs().size();
    numbers[PAIRS] += pairs;
    numbers[PAIRS + 1] += preferences.accuracy() * pairs;
    numbers[PAIRS + 2] += preferences.chosenReward() * pairs;
    numbers[PAIRS + 3] += preferences.rejectedReward() * pairs;
  }

  private Optional<StepMetrics.Preferred> preferred() {
    double pairs = numbers[PAIRS];
    return pairs == 0
        ? Optional.empty()
        : Optional.of(
            new StepMetrics.Preferred(
                numbers[PAIRS + 1] / pairs,
                numbers[PAIRS + 2] / pairs,
                numbers[PAIRS + 3] / pairs));
  }

  double[] numbers() {
    return numbers;
  }

  double loss() {
    return numbers[0] / Math.max(1, numbers[1]);
  }

  StepMetrics metrics(int step, long tokens, double norm, double rate, double tokensPerSecond) {
    double[][] load = new double[layers][];
    double[] entropy = new double[layers];
    for (int layer = 0; layer < layers; layer++) {
      int at = HEAD + layer * (experts + 1);
      double[] counts = Arrays.copyOfRange(numbers, at, at + experts);
      double all = Arrays.stream(counts).sum();
      load[layer] = Arrays.stream(counts).map(count -> count / all).toArray();
      entropy[layer] = numbers[at + experts] / numbers[2];
    }
    return new StepMetrics(
        step,
        tokens,
        loss(),
        numbers[3] / numbers[2],
        numbers[4] / numbers[2],
        norm,
        rate,
        tokensPerSecond,
        load,
        entropy,
        preferred(),
        losses());
  }

  private Map<String, Double> losses() {
    Map<String, Double> losses = new LinkedHashMap<>();
    for (int i = 0; i < guidance.size(); i++) {
      double weight = numbers[guided() + 2 * i + 1];
      if (weight > 0) {
        losses.put(guidance.get(i), numbers[guided() + 2 * i] / weight);
      }
    }
    return losses;
  }
}
