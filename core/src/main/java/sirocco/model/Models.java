package sirocco.model;

import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.ModelConfig;
import sirocco.tensor.Backend;
import sirocco.tensor.Kernels;

/// From a checkpoint to the model that runs it. The seam for kin: a new architecture is a new
/// constant in [ModelConfig.Architecture], a new file beside [Mixtral], and a line here.
public final class Models {
  private Models() {}

  /// The model of a checkpoint on the fastest backend. The checkpoint, and the adapter if there is
  /// one, must stay open as long as the model is used.
  public static Model load(Checkpoint checkpoint, ModelOptions options) {
    return load(checkpoint, options, Backend.best().open());
  }

  /// The model of a checkpoint on these kernels.
  public static Model load(Checkpoint checkpoint, ModelOptions options, Kernels kernels) {
    ModelConfig config = checkpoint.config();
    var weights = new Weights(checkpoint, options.adapters());
    return switch (config.architecture()) {
      case MIXTRAL -> {
        check(config, options);
        yield new Mixtral(weights, kernels, options);
      }
      case MISTRAL, LLAMA -> dense(weights, kernels, options);
    };
  }

  private static Model dense(Weights weights, Kernels kernels, ModelOptions options) {
    options
        .expertsPerToken()
        .ifPresent(k -> {
          throw new ModelException(
              "asked for "
                  + k
                  + " experts per token, but "
                  + weights.checkpoint().path()
                  + " is a dense model");
        });
    options
        .maxResident()
        .ifPresent(bytes -> {
          throw new ModelException(
              "asked to keep at most "
                  + bytes
                  + " bytes of weights in memory, but "
                  + weights.checkpoint().path()
                  + " is a dense model: only a mixture's experts can stay in the file");
        });
    if (!options.interventions().isEmpty()) {
      throw new ModelException(
          "asked for "
              + options.interventions().getFirst()
              + ", but "
              + weights.checkpoint().path()
              + " is a dense model: it has no router");
    }
    return new Mistral(weights, kernels);
  }

  private static void check(ModelConfig config, ModelOptions options) {
    int chosen = options.expertsPerToken().orElse(config.numExpertsPerTok());
    if (chosen < 1 || chosen > config.numLocalExperts()) {
      throw new ModelException(
          "experts per token must lie in 1 to "
              + config.numLocalExperts()
              + ", asked for "
              + chosen);
    }
    for (Intervention intervention : options.interventions()) {
      if (intervention.layer() < 0 || intervention.layer() >= config.numHiddenLayers()) {
        throw new ModelException(
            intervention + ": the model has layers 0 to " + (config.numHiddenLayers() - 1));
      }
    }
  }
}
