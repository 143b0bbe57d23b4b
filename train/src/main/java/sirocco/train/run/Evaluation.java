package sirocco.train.run;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import sirocco.train.data.Batch;
import sirocco.train.model.Surprisals;
import sirocco.train.model.TrainableModel;

/// The loss of a model on texts that it does not learn from.
public final class Evaluation {
  private Evaluation() {}

  /// Mean cross entropy of all targets, in nats.
  public static double loss(TrainableModel model, List<Batch> batches) {
    return loss(model, batches, Ranks.ALONE);
  }

  /// The same by several processes, each on its share of the batches.
  static double loss(TrainableModel model, List<Batch> batches, Ranks ranks) {
    double[] sums = new double[2]; // cross entropy, targets
    for (int i = ranks.rank(); i < batches.size(); i += ranks.size()) {
      Batch batch = batches.get(i);
      try (var _ = new PointerScope();
          var _ = new NoGradGuard()) {
        sums[0] += Surprisals.sum(model, model.hidden(batch), batch);
        sums[1] += batch.learned();
      }
    }
    ranks.sum(sums);
    return sums[1] == 0 ? Double.NaN : sums[0] / sums[1];
  }
}
