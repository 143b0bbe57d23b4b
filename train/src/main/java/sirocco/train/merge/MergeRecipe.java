package sirocco.train.merge;

import java.nio.file.Path;
import java.util.List;
import sirocco.checkpoint.Checkpoint;
import sirocco.json.JsonFields;
import sirocco.train.recipe.KnownFields;
import sirocco.train.recipe.RecipeFile;

/// What `sirocco merge-experts` reads:
///
/// ```yaml
/// models: [branches/math, branches/code, branches/talk]  # expert 0, 1, 2; seen from the recipe
/// topK: 2
/// seed: 1                                                # of the routers; 0 if not given
/// output: models/mixtral                                 # a new folder
/// ```
public record MergeRecipe(List<Path> models, MergeExperts merge, Path output) {
  public MergeRecipe {
    models = List.copyOf(models);
  }

  /// Reads a recipe.
  ///
  /// @throws sirocco.train.recipe.RecipeException if it cannot be read or a field is wrong
  public static MergeRecipe read(Path recipe) {
    JsonFields fields = RecipeFile.read(recipe);
    KnownFields.check(fields, List.of("models", "topK", "seed", "output"));
    List<Path> models =
        fields.requiredList("models").stream().map(m -> RecipeFile.path(recipe, m)).toList();
    var merge = new MergeExperts(fields.requiredInteger("topK"), fields.integer("seed", 0));
    try {
      merge.requireFits(models.size());
    } catch (MergeException e) {
      throw fields.error(String.valueOf(e.getMessage()));
    }
    return new MergeRecipe(models, merge, RecipeFile.path(recipe, fields, "output"));
  }

  /// The mixture.
  ///
  /// @throws MergeException if the models do not go together
  /// @throws sirocco.checkpoint.CheckpointException if one cannot be read
  public Checkpoint open() {
    return Opening.all(models, merge::of);
  }
}
