package sirocco.train.merge;

import java.util.List;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Role;
import sirocco.checkpoint.Rope;
import sirocco.tensor.DType;
import sirocco.tensor.Tensor;

/// Dense models of one shape, each of which became an expert of every layer; all else is their
/// mean. Expert i is model i.
final class MergedMixtral extends DerivedMixtral {
  MergedMixtral(List<Checkpoint> models, MergeExperts merge) {
    super(models, models.size(), merge.topK(), merge.seed());
  }

  @Override
  public Rope.Layout ropeLayout() {
    return Mean.LAYOUT;
  }

  @Override
  Tensor expert(Role.Expert role) {
    return models().get(role.expert()).weight(dense(role));
  }

  @Override
  DType expertType(Role.Expert role) {
    return plain(models().get(role.expert()).typeBefore(dense(role)));
  }

  @Override
  Tensor shared(Role role) {
    return Mean.of(models(), role, sharedType(role));
  }

  @Override
  DType sharedType(Role role) {
    return plain(first().typeBefore(role));
  }
}
