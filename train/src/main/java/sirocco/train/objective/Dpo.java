package sirocco.train.objective;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bytedeco.pytorch.Tensor;
import sirocco.train.data.Batch;
import sirocco.train.model.Loss;
import sirocco.train.model.Surprisals;
import sirocco.train.model.TrainableModel;
import sirocco.train.torch.Torch;

/// Direct Preference Optimization (arXiv 2305.18290). Segments 2p and 2p + 1 of a batch are the
/// chosen and the rejected answer of pair p; the divisor is the number of pairs. With `r = log π -
/// log π_ref`, summed over an answer's targets, and `z = beta (r_chosen - r_rejected)`:
///
/// - sigmoid: `-(1 - ε) log σ(z) - ε log σ(-z)` (ε: conservative DPO)
/// - IPO (arXiv 2310.12036): `(h - 1 / (2 beta))²` with h the difference of r averaged over each
///   answer's targets, as in TRL: of sums, long answers would count for more
///
/// @param form which of them
/// @param beta how strongly the policy is held to the reference: positive
/// @param smoothing ε, 0 to 0.5: the share of pairs taken to be the wrong way round; 0 for IPO
/// @param reference its log-probabilities
public record Dpo(Form form, double beta, double smoothing, Reference reference)
    implements Loss<Preferences> {
  /// The loss of a pair.
  public enum Form {
    SIGMOID,
    IPO;

    /// The name in recipes.
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Dpo {
    if (!(beta > 0 && Double.isFinite(beta))) {
      throw new ObjectiveException("beta: expected a positive number, found " + beta);
    }
    if (!(smoothing >= 0 && smoothing <= 0.5)) {
      throw new ObjectiveException("label smoothing: expected 0 to 0.5, found " + smoothing);
    }
    if (form == Form.IPO && smoothing > 0) {
      throw new ObjectiveException("label smoothing: the loss ipo has none, found " + smoothing);
    }
  }

  /// The head goes over the answers twice: the weight of a token's gradient is known only when the
  /// log-probabilities of its pair are.
  @Override
  public Preferences backward(TrainableModel model, Tensor hidden, Batch batch, long divisor) {
    double[] policy = Surprisals.logProbabilities(model, hidden, batch);
    double[] slopes = new double[policy.length];
    Preferences preferences = judge(policy, batch, slopes);
    int[] segments = batch.segmentOfEach();
    Surprisals.forEach(
        model,
        hidden,
        batch,
        (positions, surprisals) -> {
          float[] weights = new float[positions.length];
          for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (-slopes[segments[positions[i]]] / divisor);
          }
          surprisals.mul(Torch.floats(weights, weights.length)).sum().backward();
        });
    return preferences;
  }

  /// Losses without gradients.
  public Preferences judge(TrainableModel model, Batch batch) {
    double[] policy = Surprisals.logProbabilities(model, batch);
    return judge(policy, batch, new double[policy.length]);
  }

  /// @param policy [S]
  /// @param slopes [S] receives the derivative of its pair's loss by each segment's log-probability
  private Preferences judge(double[] policy, Batch batch, double[] slopes) {
    if (policy.length % 2 != 0) {
      throw new ObjectiveException(
          "a batch of preferences has two answers a pair, found " + policy.length + " segments");
    }
    int[] targets = targets(batch);
    double[] frozen = reference.logProbabilities(batch);
    List<Preferences.Pair> pairs = new ArrayList<>();
    for (int c = 0; c < policy.length; c += 2) {
      int r = c + 1;
      double chosen = policy[c] - frozen[c];
      double rejected = policy[r] - frozen[r];
      double loss =
          switch (form) {
            case SIGMOID -> sigmoid(chosen - rejected, c, slopes);
            case IPO -> ipo(chosen / targets[c] - rejected / targets[r], c, targets, slopes);
          };
      pairs.add(new Preferences.Pair(policy[c], policy[r], frozen[c], frozen[r], loss, beta));
    }
    return new Preferences(pairs);
  }

  private double sigmoid(double difference, int c, double[] slopes) {
    double z = beta * difference;
    double slope = beta * (smoothing * sigmoid(z) - (1 - smoothing) * sigmoid(-z));
    slopes[c] = slope;
    slopes[c + 1] = -slope;
    return (1 - smoothing) * softplus(-z) + smoothing * softplus(z);
  }

  private double ipo(double difference, int c, int[] targets, double[] slopes) {
    double off = difference - 1 / (2 * beta);
    slopes[c] = 2 * off / targets[c];
    slopes[c + 1] = -2 * off / targets[c + 1];
    return off * off;
  }

  private static double sigmoid(double z) {
    return 1 / (1 + Math.exp(-z));
  }

  /// `-log σ(-z)`
  private static double softplus(double z) {
    return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
  }

  /// [S] targets of each segment, at least one.
  private static int[] targets(Batch batch) {
    int[] counts = new int[batch.segments()];
    int[] segments = batch.segmentOfEach();
    for (int t = 0; t < batch.tokens(); t++) {
      counts[segments[t]] += batch.targets()[t] == Batch.NONE ? 0 : 1;
    }
    for (int s = 0; s < counts.length; s++) {
      if (counts[s] == 0) {
        throw new ObjectiveException("answer " + s + " of a batch of preferences has no token");
      }
    }
    return counts;
  }
}
