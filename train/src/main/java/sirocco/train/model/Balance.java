package sirocco.train.model;

import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import sirocco.train.torch.Torch;

/// Auxiliary losses of the routers, and the weight of each in the loss.
///
/// @param form over which layers shares and probabilities are averaged
/// @param coefficient of the balance loss
/// @param zCoefficient of the z-loss, the mean square of `logsumexp(logits)` (ST-MoE, arXiv
///   2202.08906)
public record Balance(Form form, double coefficient, double zCoefficient) {
  /// The statistics that the balance loss compares.
  public enum Form {
    /// Each layer by itself, then the mean over layers: E Σ f_i P_i with f_i an expert's share of
    /// the choices. 1 when balanced (Switch, arXiv 2101.03961).
    PER_LAYER,
    /// As Hugging Face's Mixtral: f and P are means over all layers, and f is not divided by K. K
    /// when balanced; single layers may collapse unseen.
    HF_POOLED
  }

  /// No auxiliary loss.
  public static final Balance OFF = new Balance(Form.PER_LAYER, 0, 0);

  public Balance {
    if (!(coefficient >= 0 && zCoefficient >= 0)) {
      throw new IllegalArgumentException(
          "coefficients of router losses must not be negative, found "
              + coefficient
              + " and "
              + zCoefficient);
    }
  }

  /// Each layer's term of the balance loss; their sum is the loss. Gradients flow through the
  /// probabilities only.
  List<Tensor> terms(List<Routing> routings) {
    return IntStream.range(0, routings.size())
        .mapToObj(layer -> term(routings.get(layer).logits(), shares(routings, layer), routings))
        .toList();
  }

  private static Tensor term(Tensor logits, float[] shares, List<Routing> routings) {
    Tensor probabilities = logits.softmax(1).mean(0);
    Tensor product = probabilities.mul(Torch.floats(shares, shares.length)).sum();
    return product.mul(new Scalar((double) shares.length / routings.size()));
  }

  /// One layer's term of the z-loss.
  static Tensor zTerm(Tensor logits, int layers) {
    return logits
        .logsumexp(1)
        .square()
        .mean(new ScalarTypeOptional())
        .div(new Scalar((long) layers));
  }

  /// f, [E].
  private float[] shares(List<Routing> routings, int layer) {
    List<Routing> counted =
        switch (form) {
          case PER_LAYER -> List.of(routings.get(layer));
          case HF_POOLED -> routings;
        };
    int experts = counted.getFirst().counts().length;
    float[] shares = new float[experts];
    long all = counted.stream().flatMapToLong(r -> java.util.Arrays.stream(r.counts())).sum();
    long topK = counted.getFirst().chosen().size(1);
    double scale = form == Form.HF_POOLED ? (double) topK / all : 1.0 / all;
    for (Routing routing : counted) {
      for (int e = 0; e < experts; e++) {
        shares[e] += (float) (routing.counts()[e] * scale);
      }
    }
    return shares;
  }
}
