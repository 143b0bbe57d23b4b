package sirocco.train.merge;

import java.util.List;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Role;
import sirocco.checkpoint.Rope;
import sirocco.tensor.DType;
import sirocco.tensor.Tensor;

/// A model each weight of which is the mean of several models'.
final class AveragedModel extends DerivedModel {
  AveragedModel(List<Checkpoint> models) {
    super(models, models.getFirst().config());
  }

  @Override
  public Rope.Layout ropeLayout() {
    return Mean.LAYOUT;
  }

  @Override
  public Tensor weight(Role role) {
    return Mean.of(models(), role, typeBefore(role));
  }

  @Override
  public DType typeBefore(Role role) {
    return plain(first().typeBefore(role));
  }
}
