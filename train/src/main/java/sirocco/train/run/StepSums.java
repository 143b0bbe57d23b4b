package sirocco.train.run;

import java.util.Arrays;
import sirocco.checkpoint.ModelConfig;
import sirocco.train.model.Gradients;

/// Adds up what the micro-batches of a step report, in one row of numbers that processes can sum:
/// cross entropy, learned, tokens, balance and z weighted by tokens, then counts and entropies.
final class StepSums {
  private static final int HEAD = 5;

  private final int layers;
  private final int experts;
  private final double[] numbers;

  StepSums(ModelConfig config) {
    this.experts = config.numLocalExperts();
    this.layers = config.isMixture() ? config.numHiddenLayers() : 0;
    this.numbers = new double[HEAD + layers * (experts + 1)];
  }

  void add(Gradients.Sums sums) {
    numbers[0] += sums.crossEntropy();
    numbers[1] += sums.learned();
    numbers[2] += sums.tokens();
    numbers[3] += sums.balanceLoss() * sums.tokens();
    numbers[4] += sums.zLoss() * sums.tokens();
    for (int layer = 0; layer < layers; layer++) {
      int at = HEAD + layer * (experts + 1);
      for (int e = 0; e < experts; e++) {
        numbers[at + e] += sums.counts()[layer][e];
      }
      numbers[at + experts] += sums.entropies()[layer] * sums.tokens();
    }
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
        entropy);
  }
}
