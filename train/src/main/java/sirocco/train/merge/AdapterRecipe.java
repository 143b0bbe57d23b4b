package sirocco.train.merge;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import sirocco.json.JsonFields;
import sirocco.tensor.DType;
import sirocco.train.recipe.KnownFields;
import sirocco.train.recipe.RecipeFile;

/// What `sirocco merge` reads:
///
/// ```yaml
/// base: models/mixtral    # a folder or a .gguf file, seen from the recipe's folder
/// adapter: loras/mine     # a LoRA as PEFT saves it
/// dtype: bf16             # f32, f16 or bf16 for all weights; the base's own if not given
/// output: models/merged   # a new folder
/// ```
public record AdapterRecipe(Path base, Path adapter, Optional<DType> dtype, Path output) {
  private static final List<DType> TYPES = List.of(DType.F32, DType.F16, DType.BF16);

  /// Reads a recipe.
  ///
  /// @throws sirocco.train.recipe.RecipeException if it cannot be read or a field is wrong
  public static AdapterRecipe read(Path recipe) {
    JsonFields fields = RecipeFile.read(recipe);
    KnownFields.check(fields, List.of("base", "adapter", "dtype", "output"));
    return new AdapterRecipe(
        RecipeFile.path(recipe, fields, "base"),
        RecipeFile.path(recipe, fields, "adapter"),
        fields.get("dtype").map(AdapterRecipe::type),
        RecipeFile.path(recipe, fields, "output"));
  }

  private static DType type(JsonFields field) {
    return TYPES.stream()
        .filter(type -> type.name().toLowerCase(Locale.ROOT).equals(field.asText()))
        .findFirst()
        .orElseThrow(() -> field.bad("f32, f16 or bf16"));
  }
}
