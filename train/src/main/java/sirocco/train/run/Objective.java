package sirocco.train.run;

import sirocco.train.data.Batch;
import sirocco.train.model.CrossEntropy;
import sirocco.train.model.Gradients;
import sirocco.train.model.TrainableModel;
import sirocco.train.objective.Dpo;
import sirocco.train.objective.Preferences;

/// What a run learns of a batch.
public sealed interface Objective {
  /// What this batch adds to the number that a step's loss is divided by.
  long divisor(Batch batch);

  /// Forward and backward of one micro-batch, added to the step's account.
  void add(
      Gradients gradients,
      TrainableModel model,
      Batch batch,
      Gradients.Totals totals,
      StepSums sums);

  /// To predict the tokens that are marked: pre-training and instruction tuning.
  record Imitation() implements Objective {
    @Override
    public long divisor(Batch batch) {
      return batch.learned();
    }

    @Override
    public void add(
        Gradients gradients,
        TrainableModel model,
        Batch batch,
        Gradients.Totals totals,
        StepSums sums) {
      Gradients.Step<Double> step = gradients.add(model, batch, totals, new CrossEntropy());
      sums.add(step.loss(), batch.learned(), batch.tokens(), step);
    }
  }

  /// To hold the chosen of two answers for likelier.
  record Preferring(Dpo dpo) implements Objective {
    @Override
    public long divisor(Batch batch) {
      return batch.segments() / 2;
    }

    @Override
    public void add(
        Gradients gradients,
        TrainableModel model,
        Batch batch,
        Gradients.Totals totals,
        StepSums sums) {
      Gradients.Step<Preferences> step = gradients.add(model, batch, totals, dpo);
      Preferences preferences = step.loss();
      long pairs = divisor(batch);
      sums.add(preferences.loss() * pairs, pairs, batch.tokens(), step);
      sums.add(preferences);
    }
  }
}
