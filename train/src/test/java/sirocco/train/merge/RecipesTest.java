package sirocco.train.merge;

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
import sirocco.train.recipe.RecipeException;

class RecipesTest {
  @TempDir Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("recipe.yaml"), text);
  }

  @Test
  void recipesSayWhatIsMade() throws IOException {
    assertThat(
            UpcycleRecipe.read(
                file("{base: in, experts: 8, topK: 2, noise: 1e-2, seed: 7, output: /out}")))
        .isEqualTo(
            new UpcycleRecipe(folder.resolve("in"), new Upcycle(8, 2, 0.01, 7), Path.of("/out")));
    assertThat(UpcycleRecipe.read(file("base: in\nexperts: 4\ntopK: 1\noutput: out\n")).upcycle())
        .isEqualTo(new Upcycle(4, 1, 0, 0));
    assertThat(MergeRecipe.read(file("models: [b, a, b]\ntopK: 3\noutput: out\n")))
        .isEqualTo(
            new MergeRecipe(
                List.of(folder.resolve("b"), folder.resolve("a"), folder.resolve("b")),
                new MergeExperts(3, 0),
                folder.resolve("out")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{base: a, experts: 8, topK: 9, output: o}|topK: expected 1 to 8, found 9",
        "{base: a, experts: 8, topK: 0, output: o}|topK: expected 1 to 8, found 0",
        "{base: a, experts: 0, topK: 1, output: o}|experts: expected 1 to 4096, found 0",
        "{base: a, topK: 1, output: o}|experts: expected a 32-bit integer, found nothing",
        "{base: a, experts: 2, topK: 1, noise: -1, output: o}|noise: expected 0 to 1, found -1.0",
        "{base: a, experts: 2, topK: 1}|output: expected a string, found nothing",
        "{base: [a], experts: 2, topK: 1, output: o}|base: expected a string, found [\"a\"]",
        "{base: a, expert: 2, topK: 1, output: o}|expert: unknown field; expected one of",
      })
  void wrongUpcycleRecipesAreRefused(String text, String message) throws IOException {
    Path file = file(text);
    assertThatThrownBy(() -> UpcycleRecipe.read(file))
        .isInstanceOf(RecipeException.class)
        .hasMessageStartingWith(file + ": " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{models: [a, b], topK: 3, output: o}|topK: expected 1 to 2, found 3",
        "{models: [a], topK: 1, output: o}|models: expected 2 to 4096, found 1",
        "{models: a, topK: 1, output: o}|models: expected a list, found \"a\"",
        "{models: [a, 3], topK: 1, output: o}|models[1]: expected a string, found 3",
        "{topK: 1, output: o}|models: expected a list, found nothing",
        "{models: [a, b], topK: 1, noise: 1, output: o}|noise: unknown field; expected one of",
      })
  void wrongMergeRecipesAreRefused(String text, String message) throws IOException {
    Path file = file(text);
    assertThatThrownBy(() -> MergeRecipe.read(file))
        .isInstanceOf(RecipeException.class)
        .hasMessageStartingWith(file + ": " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{base: a, layers: [], output: o}|layers: expected 1 to 4096, found 0",
        "{base: a, layers: [1, 0], output: o}|layers: expected each layer's first mention",
        "{base: a, layers: [0, 2], output: o}|layers: expected each layer's first mention",
        "{base: a, layers: [0, -1], output: o}|layers: expected each layer's first mention",
        "{base: a, layers: [0, x], output: o}|layers[1]: expected a 32-bit integer, found \"x\"",
        "{base: a, layers: 3, output: o}|layers: expected a list, found 3",
        "{base: a, layers: [0], top: 1, output: o}|top: unknown field; expected one of",
      })
  void wrongDeepenRecipesAreRefused(String text, String message) throws IOException {
    Path file = file(text);
    assertThatThrownBy(() -> DeepenRecipe.read(file))
        .isInstanceOf(RecipeException.class)
        .hasMessageStartingWith(file + ": " + message);
  }

  @Test
  void missingModelsAreNamed() throws IOException {
    UpcycleRecipe upcycle =
        UpcycleRecipe.read(file("{base: none, experts: 2, topK: 1, output: o}"));
    assertThatThrownBy(upcycle::open).hasMessageStartingWith(folder.resolve("none") + ": ");
    MergeRecipe merge = MergeRecipe.read(file("{models: [x, y], topK: 1, output: o}"));
    assertThatThrownBy(merge::open).hasMessageStartingWith(folder.resolve("x") + ": ");
  }

  @Test
  void modelsToAverageAreSeenFromTheRecipe() throws IOException {
    assertThat(AverageRecipe.read(file("{models: [a, /b], output: mean}")))
        .isEqualTo(
            new AverageRecipe(List.of(folder.resolve("a"), Path.of("/b")), folder.resolve("mean")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{models: [a], output: o}|models: expected at least 2, found 1",
        "{models: [a, b]}|output: expected a string, found nothing",
        "{models: [a, b], weights: [1, 2], output: o}|weights: unknown field; expected one of",
      })
  void wrongAverageRecipesAreRefused(String text, String message) throws IOException {
    Path file = file(text);
    assertThatThrownBy(() -> AverageRecipe.read(file))
        .isInstanceOf(RecipeException.class)
        .hasMessageStartingWith(file + ": " + message);
  }
}
