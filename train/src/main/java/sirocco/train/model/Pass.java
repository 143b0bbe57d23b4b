package sirocco.train.model;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.Rope;
import sirocco.model.RotaryEmbedding;
import sirocco.train.data.Batch;
import sirocco.train.torch.Torch;

/// What the layers share while one batch goes through: the precision of products, the angles of its
/// positions, its segments, and the weights in that precision, each cast once.
final class Pass {
  private final ScalarType type;
  private final LowRankTerms terms;
  private final AttentionMasks masks;
  private final Tensor cos;
  private final Tensor sin;
  private final IdentityHashMap<Parameter, Tensor> cast = new IdentityHashMap<>();
  private final Optional<Guided> guided;

  Pass(
      ModelConfig config,
      Batch batch,
      Precision precision,
      LowRankTerms terms,
      Optional<Guided> guided) {
    this.guided = guided;
    this.type = precision.type();
    this.terms = terms;
    this.masks = new AttentionMasks(batch, config.slidingWindow().orElse(Integer.MAX_VALUE), type);
    int half = config.headDim() / 2;
    var rotary = new RotaryEmbedding(config, Rope.Layout.HALVES);
    float[] cosines = new float[batch.tokens() * half];
    float[] sines = new float[batch.tokens() * half];
    int[] positions = batch.positions();
    for (int t = 0; t < positions.length; t++) {
      for (int i = 0; i < half; i++) {
        float angle = positions[t] * rotary.frequency(i);
        cosines[t * half + i] = (float) Math.cos(angle);
        sines[t * half + i] = (float) Math.sin(angle);
      }
    }
    this.cos = Torch.floats(cosines, batch.tokens(), 1, half);
    this.sin = Torch.floats(sines, batch.tokens(), 1, half);
  }

  AttentionMasks masks() {
    return masks;
  }

  /// What the batch's heads are to look at.
  Optional<Guided> guided() {
    return guided;
  }

  Tensor cast(Tensor x) {
    return x.to(type);
  }

  /// A parameter in the precision of products.
  Tensor weight(Parameter parameter) {
    return cast.computeIfAbsent(parameter, p -> p.value().to(type));
  }

  /// `x Wᵀ` with the low-rank terms of the weights that `parameter` holds one below the other.
  ///
  /// @param x [n, inputs]
  /// @return [n, outputs]
  Tensor product(Tensor x, Parameter parameter) {
    return terms.added(torch.linear(x, weight(parameter)), x, parameter.parts());
  }

  /// The same for some of the weights, whose matrix is given.
  Tensor product(Tensor x, Tensor weight, List<Parameter.Part> parts) {
    return terms.added(torch.linear(x, weight), x, parts);
  }

  /// A router's logits, in float32 whatever the precision: rounded logits choose other experts.
  ///
  /// @param x [T, D] float32
  Tensor routed(Tensor x, Parameter router) {
    return terms.added(torch.linear(x, router.value()), x, router.parts());
  }

  /// Turns the pairs i and i + d/2 of each head (RoFormer, arXiv 2104.09864).
  ///
  /// @param x [T, heads, d]
  Tensor rotate(Tensor x) {
    TensorVector halves = x.chunk(2, 2);
    Tensor first = halves.get(0);
    Tensor second = halves.get(1);
    return cast(
        Torch.cat(2, first.mul(cos).sub(second.mul(sin)), second.mul(cos).add(first.mul(sin))));
  }

  /// RMSNorm in float32: x / sqrt(mean(x²) + eps) * weight.
  static Tensor norm(Tensor x, Parameter weight, float eps) {
    Tensor meanSquare = x.square().mean(new long[] {-1}, true, new ScalarTypeOptional());
    Tensor scale = meanSquare.add(new Scalar(eps)).rsqrt();
    return x.mul(scale).mul(weight.value());
  }
}
