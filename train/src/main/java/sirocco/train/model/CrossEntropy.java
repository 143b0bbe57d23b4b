package sirocco.train.model;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import sirocco.train.data.Batch;

/// The sum of the targets' surprisals; the divisor is the number of targets.
record CrossEntropy() implements Loss<Double> {
  @Override
  public Double backward(TrainableModel model, Tensor hidden, Batch batch, long divisor) {
    double[] sum = new double[1];
    Surprisals.forEach(
        model,
        hidden,
        batch,
        (_, surprisals) -> {
          Tensor loss = surprisals.sum();
          sum[0] += loss.item_double();
          loss.div(new Scalar((double) divisor)).backward();
        });
    return sum[0];
  }
}
