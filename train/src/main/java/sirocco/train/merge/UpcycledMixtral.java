package sirocco.train.merge;

import java.util.List;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Role;
import sirocco.checkpoint.Rope;
import sirocco.tensor.DType;
import sirocco.tensor.Tensor;

/// A dense model whose feed-forward layers became mixtures of copies of themselves.
final class UpcycledMixtral extends DerivedMixtral {
  private final Upcycle upcycle;

  UpcycledMixtral(Checkpoint base, Upcycle upcycle) {
    super(List.of(base), upcycle.experts(), upcycle.topK(), upcycle.seed());
    this.upcycle = upcycle;
  }

  @Override
  public Rope.Layout ropeLayout() {
    return first().ropeLayout();
  }

  @Override
  Tensor expert(Role.Expert role) {
    Tensor dense = first().weight(dense(role));
    if (upcycle.noise() == 0) {
      return dense;
    }
    double deviation = upcycle.noise() * Rows.deviation(dense);
    long part = role.part().name().hashCode();
    return Rows.make(
        expertType(role),
        dense.shape(),
        (row, values) -> {
          Rows.read(dense, row, values);
          Rows.addNoise(values, deviation, upcycle.seed(), role.layer(), role.expert(), part, row);
        });
  }

  @Override
  DType expertType(Role.Expert role) {
    return plain(first().typeBefore(dense(role)));
  }

  @Override
  Tensor shared(Role role) {
    return first().weight(role);
  }

  @Override
  DType sharedType(Role role) {
    return first().typeBefore(role);
  }
}
