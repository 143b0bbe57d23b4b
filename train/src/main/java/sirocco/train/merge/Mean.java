package sirocco.train.merge;

import java.util.List;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Role;
import sirocco.checkpoint.Roles;
import sirocco.checkpoint.Rope;
import sirocco.checkpoint.RowOrder;
import sirocco.tensor.DType;
import sirocco.tensor.Tensor;

/// The mean of a weight over models of one configuration.
final class Mean {
  /// Models may lie in files of either order; the mean is of this one.
  static final Rope.Layout LAYOUT = Rope.Layout.HALVES;

  private Mean() {}

  /// Summed in float64: the mean of equal weights is that weight to the bit.
  static Tensor of(List<Checkpoint> models, Role role, DType dtype) {
    List<Tensor> weights = models.stream().map(model -> model.weight(role)).toList();
    List<RowOrder> orders =
        models.stream()
            .map(model -> RowOrder.of(role, model.config(), model.ropeLayout(), LAYOUT))
            .toList();
    return Rows.make(
        dtype,
        Roles.shape(role, models.getFirst().config()),
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
}
