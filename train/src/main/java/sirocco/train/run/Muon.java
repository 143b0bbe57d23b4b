package sirocco.train.run;

import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import sirocco.tensor.Shape;
import sirocco.train.model.Parameter;

/// Momentum made orthogonal: a matrix takes a step of the same length in every direction that its
/// momentum has, the rare ones included (Jordan 2024, "Muon: An optimizer for hidden layers in
/// neural networks"). The step is scaled as AdamW's are, so that both have one learning rate
/// (Moonlight, arXiv 2502.16982, 2.2).
///
/// @param momentum the sum of the gradients, each older one counted less
record Muon(Parameter parameter, Tensor momentum, double decay) implements Optimizer.Slot {
  /// Coefficients of the quintic whose repetition sends every singular value near 1 (Jordan 2024).
  private static final double A = 3.4445;

  private static final double B = -4.7750;
  private static final double C = 2.0315;
  private static final int REPETITIONS = 5;

  /// The size of AdamW's steps, root mean square, by arXiv 2502.16982.
  private static final double ROOT_MEAN_SQUARE = 0.2;

  private static final double TINY = 1e-7;

  static Muon of(Parameter parameter, Optimizer.Settings settings) {
    return new Muon(parameter, Optimizer.zeros(parameter), settings.momentum());
  }

  @Override
  public Map<String, Tensor> means() {
    return Map.of("momentum", momentum);
  }

  @Override
  public void update(Tensor gradient, int step, double rate) {
    momentum.mul_(new Scalar(decay)).add_(gradient);
    // Nesterov's: as if the next gradient were this one again.
    Tensor ahead = gradient.add(momentum, new Scalar(decay));
    List<Parameter.Part> parts = parameter.parts();
    int first = 0;
    while (first < parts.size()) {
      Shape shape = parts.get(first).shape();
      int end = first + 1;
      while (end < parts.size() && parts.get(end).shape().equals(shape)) {
        end++;
      }
      long offset = parts.get(first).offset();
      Tensor direction = orthogonal(matrices(ahead, offset, shape, end - first));
      long longer = Math.max(shape.extents().get(0), shape.extents().get(1));
      double size = rate * ROOT_MEAN_SQUARE * Math.sqrt((double) longer);
      matrices(parameter.value(), offset, shape, end - first).add_(direction, new Scalar(-size));
      first = end;
    }
  }

  /// Neighbouring weights of one shape: [count, rows, columns], sharing memory.
  private static Tensor matrices(Tensor whole, long offset, Shape shape, int count) {
    return whole
        .view(-1)
        .narrow(0, offset, count * shape.elements())
        .view(count, shape.extents().get(0), shape.extents().get(1));
  }

  /// Near to U Vᵀ of each matrix U S Vᵀ: its singular values become 0.7 to 1.2.
  ///
  /// @param matrices [count, rows, columns]
  static Tensor orthogonal(Tensor matrices) {
    boolean tall = matrices.size(1) > matrices.size(2);
    Tensor x = tall ? matrices.transpose(1, 2) : matrices;
    Tensor norm = x.square().sum(new long[] {1, 2}, true, new ScalarTypeOptional()).sqrt();
    x = x.div(norm.add(new Scalar(TINY))).to(ScalarType.BFloat16);
    for (int i = 0; i < REPETITIONS; i++) {
      Tensor gram = torch.bmm(x, x.transpose(1, 2));
      Tensor rest = gram.mul(new Scalar(B)).add_(torch.bmm(gram, gram), new Scalar(C));
      x = torch.bmm(rest, x).add_(x, new Scalar(A));
    }
    Tensor near = x.to(ScalarType.Float);
    return tall ? near.transpose(1, 2) : near;
  }
}
