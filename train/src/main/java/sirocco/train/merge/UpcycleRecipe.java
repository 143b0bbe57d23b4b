package sirocco.train.merge;

import java.nio.file.Path;
import java.util.List;
import sirocco.checkpoint.Checkpoint;
import sirocco.json.JsonFields;
import sirocco.train.recipe.KnownFields;
import sirocco.train.recipe.RecipeFile;

/// What `sirocco upcycle` reads:
///
/// ```yaml
/// base: models/mistral    # a dense model: a folder or a .gguf file, seen from the recipe's folder
/// experts: 8
/// topK: 2
/// noise: 0.01             # added to each expert, as a share of its deviation; 0 if not given
/// seed: 1                 # of routers and noise; 0 if not given
/// output: models/mixtral  # a new folder
/// ```
public record UpcycleRecipe(Path base, Upcycle upcycle, Path output) {
  /// Reads a recipe.
  ///
  /// @throws sirocco.train.recipe.RecipeException if it cannot be read or a field is wrong
  public static UpcycleRecipe read(Path recipe) {
    JsonFields fields = RecipeFile.read(recipe);
    KnownFields.check(fields, List.of("base", "experts", "topK", "noise", "seed", "output"));
    return new UpcycleRecipe(
        RecipeFile.path(recipe, fields, "base"),
        upcycle(fields),
        RecipeFile.path(recipe, fields, "output"));
  }

  private static Upcycle upcycle(JsonFields fields) {
    try {
      return new Upcycle(
          fields.requiredInteger("experts"),
          fields.requiredInteger("topK"),
          fields.real("noise", 0),
          fields.integer("seed", 0));
    } catch (IllegalArgumentException e) {
      throw fields.error(String.valueOf(e.getMessage()));
    }
  }

  /// The mixture.
  ///
  /// @throws MergeException if the base is a mixture already
  /// @throws sirocco.checkpoint.CheckpointException if it cannot be read
  public Checkpoint open() {
    return Opening.all(List.of(base), models -> upcycle.of(models.getFirst()));
  }
}
