package sirocco.model;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import sirocco.checkpoint.Adapter;

/// What may be changed of a model when it is loaded.
///
/// @param expertsPerToken K, if not the configuration's; mixtures only
/// @param adapter what is added to its weights, opened for its checkpoint
/// @param maxResident the most bytes of weights in memory: experts beyond it stay in the file until
///   a token chooses them; no bound of ours if empty. Mixtures only
public record ModelOptions(
    OptionalInt expertsPerToken, Optional<Adapter> adapter, OptionalLong maxResident) {
  /// The model as its files say.
  public static final ModelOptions DEFAULT =
      new ModelOptions(OptionalInt.empty(), Optional.empty(), OptionalLong.empty());
}
