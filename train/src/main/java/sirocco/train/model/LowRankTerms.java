package sirocco.train.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import sirocco.checkpoint.Role;
import sirocco.train.torch.Torch;

/// What LoRA (arXiv 2106.09685) adds to products: `scale * B (A x)` for each adapted weight.
///
/// @param terms by weight; empty for a model without adapter
public record LowRankTerms(Map<Role, Term> terms) {
  /// One weight's term.
  ///
  /// @param a [r, inputs] float32
  /// @param b [outputs, r] float32
  public record Term(Parameter a, Parameter b, double scale) {}

  /// A model without adapter.
  public static final LowRankTerms NONE = new LowRankTerms(Map.of());

  public LowRankTerms {
    terms = Map.copyOf(terms);
  }

  /// `y` with the terms of the weights that made its columns, one weight's after the other.
  ///
  /// @param y [n, outputs of all weights]
  /// @param x [n, inputs]
  Tensor added(Tensor y, Tensor x, List<Parameter.Part> parts) {
    if (terms.isEmpty() || parts.stream().noneMatch(part -> terms.containsKey(part.role()))) {
      return y;
    }
    List<Tensor> columns = new ArrayList<>();
    long start = 0;
    for (Parameter.Part part : parts) {
      long outputs = part.shape().extent(0);
      Tensor own = y.narrow(1, start, outputs);
      Term term = terms.get(part.role());
      columns.add(term == null ? own : own.add(product(x, term), new Scalar(term.scale())));
      start += outputs;
    }
    return columns.size() == 1 ? columns.getFirst() : Torch.cat(1, columns.toArray(Tensor[]::new));
  }

  private static Tensor product(Tensor x, Term term) {
    Tensor down = torch.linear(x, term.a().value().to(x.scalar_type()));
    return torch.linear(down, term.b().value().to(x.scalar_type()));
  }
}
