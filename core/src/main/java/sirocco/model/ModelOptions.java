package sirocco.model;

import java.util.OptionalInt;

/// What may be changed of a model when it is loaded.
///
/// @param expertsPerToken K, if not the configuration's; mixtures only
public record ModelOptions(OptionalInt expertsPerToken) {
  /// The model as its files say.
  public static final ModelOptions DEFAULT = new ModelOptions(OptionalInt.empty());
}
