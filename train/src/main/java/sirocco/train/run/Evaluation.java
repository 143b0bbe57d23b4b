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
    double sum = 0;
    long learned = 0;
    for (Batch batch : batches) {
      try (var _ = new PointerScope();
          var _ = new NoGradGuard()) {
        sum += Surprisals.sum(model, model.forward(batch).hidden(), batch);
        learned += batch.learned();
      }
    }
    return learned == 0 ? Double.NaN : sum / learned;
  }
}
