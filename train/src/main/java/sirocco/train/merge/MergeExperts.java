package sirocco.train.merge;

import java.util.List;
import sirocco.checkpoint.Checkpoint;

/// Branch-Train-MiX (arXiv 2403.07816): dense models that were trained from one seed model, each in
/// its own domain, become the experts of one Mixtral; every other weight is their mean, the routers
/// are new, and training goes on from there. The seed model may be one of them.
///
/// @param topK K, experts a token is sent to
/// @param seed of the routers
public record MergeExperts(int topK, long seed) {
  /// The mixture, whose weights are made as they are asked for. Expert i is model i; tokenizer and
  /// chat template are those of the first.
  ///
  /// @param models dense, of one configuration, weight type and tokenizer; the mixture's closing
  ///   closes them
  /// @throws MergeException if one is unlike the first; the message says in what
  public Checkpoint of(List<Checkpoint> models) {
    requireFits(models.size());
    Checkpoint first = models.getFirst();
    DerivedMixtral.requireDense(first);
    for (Checkpoint model : models.subList(1, models.size())) {
      DerivedMixtral.requireDense(model);
      Likeness.require(first, model);
    }
    return new MergedMixtral(models, this);
  }

  /// @throws MergeException if so many models cannot be merged like this
  void requireFits(int models) {
    if (models < 2 || models > Upcycle.MOST_EXPERTS) {
      throw new MergeException(
          "models: expected 2 to " + Upcycle.MOST_EXPERTS + ", found " + models);
    }
    if (topK < 1 || topK > models) {
      throw new MergeException("topK: expected 1 to " + models + ", found " + topK);
    }
  }
}
