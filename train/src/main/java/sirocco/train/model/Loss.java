package sirocco.train.model;

import org.bytedeco.pytorch.Tensor;
import sirocco.train.data.Batch;

/// What is learned from the model's output.
///
/// @param <R> what it tells of a micro-batch
public interface Loss<R> {
  /// Adds the gradients of `loss / divisor` to those of `hidden` and of the head's weights.
  ///
  /// @param hidden [T, D] after the final norm, a leaf of the graph
  /// @param divisor counted over the whole step: [Gradients.Totals#learned]
  R backward(TrainableModel model, Tensor hidden, Batch batch, long divisor);
}
