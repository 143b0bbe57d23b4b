package sirocco.train.merge;

import java.nio.file.Path;
import java.util.List;
import sirocco.checkpoint.Checkpoint;
import sirocco.json.JsonFields;
import sirocco.train.recipe.KnownFields;
import sirocco.train.recipe.RecipeFile;

/// What `sirocco deepen` reads:
///
/// ```yaml
/// base: models/shallow        # a folder or a .gguf file, seen from the recipe's folder
/// layers: [0, 0, 1, 1, 2, 3]  # a layer named again is a copy that adds nothing at first
/// output: models/deep         # a new folder
/// ```
public record DeepenRecipe(Path base, Deepen deepen, Path output) {
  /// Reads a recipe.
  ///
  /// @throws sirocco.train.recipe.RecipeException if it cannot be read or a field is wrong
  public static DeepenRecipe read(Path recipe) {
    JsonFields fields = RecipeFile.read(recipe);
    KnownFields.check(fields, List.of("base", "layers", "output"));
    return new DeepenRecipe(
        RecipeFile.path(recipe, fields, "base"),
        deepen(fields),
        RecipeFile.path(recipe, fields, "output"));
  }

  private static Deepen deepen(JsonFields fields) {
    List<Integer> layers =
        fields.requiredList("layers").stream().map(JsonFields::asInteger).toList();
    try {
      return new Deepen(layers);
    } catch (IllegalArgumentException e) {
      throw fields.error(String.valueOf(e.getMessage()));
    }
  }

  /// The deeper model.
  ///
  /// @throws MergeException if the base has other layers
  /// @throws sirocco.checkpoint.CheckpointException if it cannot be read
  public Checkpoint open() {
    return Opening.all(List.of(base), models -> deepen.of(models.getFirst()));
  }
}
