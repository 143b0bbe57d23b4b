package sirocco.train.merge;

import java.util.List;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Role;
import sirocco.checkpoint.Roles;
import sirocco.checkpoint.Rope;
import sirocco.checkpoint.RowOrder;
import sirocco.tensor.DType;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;

/// Dense models of one shape, each of which became an expert of every layer; all else is their
/// mean. Expert i is model i.
final class MergedMixtral extends DerivedMixtral {
  MergedMixtral(List<Checkpoint> models, MergeExperts merge) {
    super(models, models.size(), merge.topK(), merge.seed());
  }

  /// Models may lie in files of either order; the mean is of one.
  @Override
  public Rope.Layout ropeLayout() {
    return Rope.Layout.HALVES;
  }

  @Override
  Tensor expert(Role.Expert role) {
    return models().get(role.expert()).weight(dense(role));
  }

  @Override
  DType expertType(Role.Expert role) {
    return plain(models().get(role.expert()).typeBefore(dense(role)));
  }

  /// The mean, summed in float64: that of equal weights is that weight to the bit.
  @Override
  Tensor shared(Role role) {
    List<Tensor> weights = models().stream().map(model -> model.weight(role)).toList();
    List<RowOrder> orders =
        models().stream()
            .map(model -> RowOrder.of(role, config(), model.ropeLayout(), ropeLayout()))
            .toList();
    Shape shape = Roles.shape(role, config());
    return Rows.make(
        sharedType(role),
        shape,
        (row, values) -> {
          double[] sum = new double[values.length];
          for (int i = 0; i < weights.size(); i++) {
            Rows.read(weights.get(i), orders.get(i).source(row), values);
            for (int j = 0; j < sum.length; j++) {
              sum[j] += values[j];
            }
          }
          for (int j = 0; j < sum.length; j++) {
            values[j] = (float) (sum[j] / weights.size());
          }
        });
  }

  @Override
  DType sharedType(Role role) {
    return plain(first().typeBefore(role));
  }
}
