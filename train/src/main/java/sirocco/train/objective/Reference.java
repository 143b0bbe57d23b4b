package sirocco.train.objective;

import sirocco.train.data.Batch;

/// The frozen model that a policy is compared with.
@FunctionalInterface
public interface Reference {
  /// `log p` of the targets of each segment, summed over the segment: `[S]`.
  ///
  /// @throws ObjectiveException if they are not known for this batch
  double[] logProbabilities(Batch batch);
}
