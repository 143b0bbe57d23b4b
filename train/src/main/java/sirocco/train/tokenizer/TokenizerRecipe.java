package sirocco.train.tokenizer;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import sirocco.json.JsonFields;
import sirocco.train.recipe.KnownFields;
import sirocco.train.recipe.RecipeFile;

/// What `sirocco tokenizer-train` makes, from its options or from a file:
///
/// ```yaml
/// inputs: [books.jsonl.zst, code.txt]   # seen from the recipe's folder
/// vocabulary: 4096
/// control_tokens: ["[INST]", "[/INST]"]
/// chat_template: chat.jinja
/// max_bytes_per_file: 4000000           # all if it is not given
/// output: tokenizer                     # a folder
/// ```
///
/// @param chatTemplate a file
public record TokenizerRecipe(
    List<Path> inputs,
    TokenizerSettings settings,
    Optional<Path> chatTemplate,
    long maxBytesPerFile,
    Path output) {
  public TokenizerRecipe {
    inputs = List.copyOf(inputs);
  }

  /// Reads a recipe.
  ///
  /// @throws sirocco.train.recipe.RecipeException if it cannot be read or a field is wrong
  public static TokenizerRecipe read(Path recipe) {
    JsonFields fields = RecipeFile.read(recipe);
    KnownFields.check(
        fields,
        List.of(
            "inputs",
            "vocabulary",
            "control_tokens",
            "chat_template",
            "max_bytes_per_file",
            "output"));
    List<Path> inputs =
        fields.requiredList("inputs").stream().map(file -> RecipeFile.path(recipe, file)).toList();
    double most = fields.real("max_bytes_per_file", Long.MAX_VALUE);
    if (inputs.isEmpty() || !(most >= 1)) {
      throw fields.error("expected at least one of inputs, and max_bytes_per_file above 0");
    }
    return new TokenizerRecipe(
        inputs,
        settings(fields),
        fields.has("chat_template")
            ? Optional.of(RecipeFile.path(recipe, fields, "chat_template"))
            : Optional.empty(),
        (long) most,
        RecipeFile.path(recipe, fields, "output"));
  }

  private static TokenizerSettings settings(JsonFields fields) {
    List<String> names =
        fields.has("control_tokens")
            ? fields.requiredList("control_tokens").stream().map(JsonFields::asText).toList()
            : List.of();
    try {
      return TokenizerSettings.ofSize(fields.integer("vocabulary", 4096)).withControlTokens(names);
    } catch (TokenizerTrainingException e) {
      throw fields.error(String.valueOf(e.getMessage()));
    }
  }
}
