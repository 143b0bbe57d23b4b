package sirocco.model;

import java.util.Optional;
import java.util.OptionalInt;
import sirocco.checkpoint.Adapter;

/// What may be changed of a model when it is loaded.
///
/// @param expertsPerToken K, if not the configuration's; mixtures only
/// @param adapter what is added to its weights, opened for its checkpoint
public record ModelOptions(OptionalInt expertsPerToken, Optional<Adapter> adapter) {
  /// The model as its files say.
  public static final ModelOptions DEFAULT =
      new ModelOptions(OptionalInt.empty(), Optional.empty());
}
