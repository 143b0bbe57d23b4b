package sirocco.train.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sirocco.json.JsonFields;

class RecipeFileTest {
  @TempDir Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("recipe.yaml"), text);
  }

  @Test
  void yamlAndJsonAreTheSame() throws IOException {
    JsonFields yaml = RecipeFile.read(file("rate: 3e-4 # a comment\nnames: [a, 'b']\nseed: 7\n"));
    JsonFields json =
        RecipeFile.read(
            Files.writeString(
                folder.resolve("recipe.json"),
                "{\"rate\": 0.0003, \"names\": [\"a\", \"b\"], \"seed\": 7}"));
    assertThat(yaml.node()).isEqualTo(json.node());
    assertThat(yaml.requiredReal("rate")).isEqualTo(3e-4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "\"\"|expected fields, such as `seed: 1`, found nothing",
        "\"- 1\"|expected fields, such as `seed: 1`, found none",
        "\"a: [1, 2\"|bad YAML at line 1: while parsing a flow sequence, expected ',' or ']'",
        "\"a: 1\na: 2\"|bad YAML at line 2: Duplicate Object property \"a\"",
        "\"a: 1\n---\nb: 2\"|bad YAML at line 3: Trailing token",
        "\"a: &x 1\nb: *x\"|line 2: expected a value, found the alias *x",
        "\"a:\n\t- b\"|bad YAML at line 2: while scanning for the next token",
      })
  void whatIsNoRecipeIsRefused(String text, String message) throws IOException {
    Path file = file(text);
    assertThatThrownBy(() -> RecipeFile.read(file))
        .isInstanceOf(RecipeException.class)
        .hasMessageStartingWith(file + ": " + message);
  }

  @Test
  void filesThatCannotBeReadAreNamed() throws IOException {
    Path missing = folder.resolve("none.yaml");
    assertThatThrownBy(() -> RecipeFile.read(missing))
        .hasMessage(missing + ": there is no such file");
    assertThatThrownBy(() -> RecipeFile.read(folder))
        .hasMessage(folder + ": expected a file with a recipe, found something else");
    Path binary = Files.write(folder.resolve("binary"), new byte[] {'a', ':', ' ', (byte) 0xff});
    assertThatThrownBy(() -> RecipeFile.read(binary)).hasMessage(binary + ": expected UTF-8 text");
    Path large = Files.write(folder.resolve("large"), new byte[(1 << 20) + 1]);
    assertThatThrownBy(() -> RecipeFile.read(large))
        .hasMessage(large + ": expected at most 1048576 bytes, found 1048577");
  }

  @ParameterizedTest
  @CsvSource({
    "topk, topK",
    "top_k, topK",
    "expert, experts",
    "sed, seed",
  })
  void unknownFieldsAreRefusedWithTheNearest(String wrong, String right) throws IOException {
    Path file = file(wrong + ": 1");
    JsonFields fields = RecipeFile.read(file);
    assertThatThrownBy(() -> KnownFields.check(fields, List.of("topK", "experts", "seed")))
        .isInstanceOf(RecipeException.class)
        .hasMessage(
            file
                + ": "
                + wrong
                + ": unknown field; expected one of [topK, experts, seed]; did you mean "
                + right
                + "?");
  }

  @Test
  void nothingIsSuggestedForWhatLooksLikeNothing() throws IOException {
    JsonFields fields = RecipeFile.read(file("colour: 1"));
    assertThatThrownBy(() -> KnownFields.check(fields, List.of("topK", "seed")))
        .hasMessageEndingWith("colour: unknown field; expected one of [topK, seed]");
  }

  @Test
  void pathsAreSeenFromTheRecipe() throws IOException {
    Path file = file("near: models/a\nfar: /models/a\nempty: ''\nlist: [b, \"\\0\"]\n");
    JsonFields fields = RecipeFile.read(file);
    assertThat(RecipeFile.path(file, fields, "near")).isEqualTo(folder.resolve("models/a"));
    assertThat(RecipeFile.path(file, fields, "far")).isEqualTo(Path.of("/models/a"));
    List<JsonFields> list = fields.list("list");
    assertThat(RecipeFile.path(file, list.getFirst())).isEqualTo(folder.resolve("b"));
    assertThatThrownBy(() -> RecipeFile.path(file, fields, "empty"))
        .hasMessage(file + ": empty: expected the path of a file or folder, found \"\"");
    assertThatThrownBy(() -> RecipeFile.path(file, list.getLast()))
        .hasMessageStartingWith(file + ": list[1]: expected the path of a file or folder");
    assertThatThrownBy(() -> RecipeFile.path(file, fields, "none"))
        .hasMessage(file + ": none: expected a string, found nothing");
  }
}
