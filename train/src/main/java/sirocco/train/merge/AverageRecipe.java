package sirocco.train.merge;

import java.nio.file.Path;
import java.util.List;
import sirocco.checkpoint.Checkpoint;
import sirocco.json.JsonFields;
import sirocco.train.recipe.KnownFields;
import sirocco.train.recipe.RecipeFile;

/// What `sirocco average` reads:
///
/// ```yaml
/// models: [runs/a/step-000800, runs/a/step-000900, runs/a/step-001000]  # seen from the recipe
/// output: models/mean                                                   # a new folder
/// ```
///
/// The models are of one run, or of runs from one checkpoint (model soups, arXiv 2203.05482):
/// weights that were trained apart from the start have no mean that says anything. That of the last
/// checkpoints of a run at a constant rate stands in for letting the rate fall (LAWA, arXiv
/// 2209.14981).
public record AverageRecipe(List<Path> models, Path output) {
  public AverageRecipe {
    models = List.copyOf(models);
  }

  /// Reads a recipe.
  ///
  /// @throws sirocco.train.recipe.RecipeException if it cannot be read or a field is wrong
  public static AverageRecipe read(Path recipe) {
    JsonFields fields = RecipeFile.read(recipe);
    KnownFields.check(fields, List.of("models", "output"));
    List<Path> models =
        fields.requiredList("models").stream().map(m -> RecipeFile.path(recipe, m)).toList();
    if (models.size() < 2) {
      throw fields.error("models: expected at least 2, found " + models.size());
    }
    return new AverageRecipe(models, RecipeFile.path(recipe, fields, "output"));
  }

  /// The mean, whose weights are made as they are asked for. Tokenizer and chat template are those
  /// of the first model.
  ///
  /// @throws MergeException if a model is unlike the first; the message says in what
  /// @throws sirocco.checkpoint.CheckpointException if one cannot be read
  public Checkpoint open() {
    return Opening.all(models, AverageRecipe::mean);
  }

  private static Checkpoint mean(List<Checkpoint> models) {
    Checkpoint first = models.getFirst();
    models.subList(1, models.size()).forEach(model -> Likeness.require(first, model));
    return new AveragedModel(models);
  }
}
