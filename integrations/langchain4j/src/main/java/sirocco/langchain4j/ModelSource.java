package sirocco.langchain4j;

import java.nio.file.Path;
import java.util.Optional;
import sirocco.LanguageModel;
import sirocco.LoadOptions;
import sirocco.Sirocco;

/// Where a builder's model comes from.
final class ModelSource {
  Optional<LanguageModel> model = Optional.empty();
  Optional<Path> path = Optional.empty();
  LoadOptions options = LoadOptions.DEFAULT;

  /// The model.
  ///
  /// @throws IllegalArgumentException unless there is either a model or a path
  HeldModel open() {
    if (model.isPresent() == path.isPresent()) {
      throw new IllegalArgumentException(
          "expected a model or the path to one, found "
              + (model.isPresent() ? "both" : "neither")
              + ": call model(…) or path(…)");
    }
    return model
        .map(m -> new HeldModel(m, false))
        .orElseGet(() -> new HeldModel(Sirocco.load(path.orElseThrow(), options), true));
  }
}
