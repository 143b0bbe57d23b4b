package sirocco.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sirocco.train.recipe.RecipeException;

class RecipeTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "output: out              |outputs: out            |outputs: unknown field; expected one of",
        "output: out              |output: 7               |output: expected a string, found 7",
        "output: out              |output: ''              |output: expected the path of a file",
        "output: out              |x: 1                    |x: unknown field",
        "model:                   |start: m\\nmodel:        |expected either `start` or `model`",
        "model:                   |lora: {}\\nmodel:        |lora: expected `start`",
        "tokenizer: tokenizer     |tokeniser: tokenizer    |model.tokeniser: unknown field",
        "hidden_size: 16          |hidden_size: big        |model.hidden_size: expected a 32-bit integer",
        "hidden_size: 16          |hidden_size: 0          |model.",
        "hidden_size: 16          |hidden_size: 15         |model.",
        "num_local_experts: 4     |num_local_experts: -1   |model.",
        "num_local_experts: 4     |num_local_experts: 1    |model.",
        "num_attention_heads: 2   |num_attention_heads: 0  |model.",
        "  steps: 4               |  steps: 0              |training.steps: expected at least 1, found 0",
        "  steps: 4               |  steps: 4.5            |training.steps: expected a 32-bit integer, found 4.5",
        "  steps: 4               |  step: 4               |training.step: unknown field",
        "batch_tokens: 64         |batch_tokens: 60        |training.batch_tokens: expected a multiple of micro_batch_tokens 32",
        "context: 32              |context: 33             |training.context: expected at most micro_batch_tokens 32",
        "learning_rate: 0.01      |learning_rate: -1       |training.learning_rate must lie between 0 and 1",
        "learning_rate: 0.01      |learning_rate: .nan     |training.learning_rate: expected a number",
        "learning_rate: 0.01      |floor: 0.5              |training.learning_rate: expected a number, found nothing",
        "precision: float32       |precision: float16      |training.precision: expected one of [float32, bfloat16], found \"float16\"",
        "checkpoint_steps: 2      |checkpoint_steps: 0     |training.checkpoint_steps: expected at least 1, found 0",
        "  validation_steps: 2    |  validation_steps: 0   |training.validation_steps: expected at least 1, found 0",
        "validation_tokens: 64    |validation_tokens: -1   |training.validation_tokens: expected at least 1, found -1",
        "validation_tokens: 64    |balance: none           |training.balance: expected one of [per-layer, hf-pooled]",
        "validation_tokens: 64    |balance_coefficient: -1 |training.coefficients of router losses",
        "validation_tokens: 64    |freeze_routers: 1       |training.freeze_routers: expected true or false, found 1",
        "validation: 0.1          |validation: 1           |data.validation: expected a share",
        "name: words              |nam: words              |data.sources[0].nam: ",
        "name: words              |weight: 0               |data.sources[0].weight: expected a positive number",
        "name: words              |learn: none             |data.sources[0].learn: expected one of",
        "name: words              |generate: story-text    |data.sources[0]: expected either path or generate",
        "path: words.txt          |path: none.txt          |none.txt",
        "path: words.txt          |path: words.doc         |words.doc",
        "path: words.txt, name: words|generate: nothing    |nothing: generate: there is no generator 'nothing'",
        "tokenizer: tokenizer     |tokenizer: nowhere      |nowhere",
        "max_position_embeddings: 64|max_position_embeddings: 16|context: expected at most max_position_embeddings 16",
        "model:                   |guidance: {}\\nmodel: |guidance.guides: ",
        "model:                   |guidance: {guides: []}\\nmodel: |guidance.guides: expected at least one",
        "model:                   |guidance: {guide: []}\\nmodel: |guidance.guide: unknown field",
        "model:                   |guidance: {guides: [{look: around, layer: 1, heads: [1]}]}\\nmodel: |guidance.guides[0].look: expected one of [previous-token, sentence-start, quoted-word",
        "model:                   |guidance: {guides: [{look: quotation, layer: 1}]}\\nmodel: |guidance.guides[0].heads: expected at least one, or a probe",
        "model:                   |guidance: {guides: [{look: quotation, heads: [1]}]}\\nmodel: |guidance.guides[0].layer: ",
        "model:                   |guidance: {guides: [{look: quotation, layer: 2, heads: [1]}]}\\nmodel: |guidance: quotation: expected layer 0 to 1 of the model, found 2",
        "model:                   |guidance: {guides: [{look: quotation, layer: 1, heads: [-1]}]}\\nmodel: |guidance: quotation: expected head 0 to 1 of the model, found -1",
        "model:                   |guidance: {guides: [{look: quotation, layer: 1, heads: [1]}, {look: quotation, layer: 1, heads: [0]}]}\\nmodel: |guidance.guides[1].look: quotation in layer 1 stands twice",
        "model:                   |guidance: {guides: [{look: previous-token, nth: 0, layer: 1, heads: [1]}]}\\nmodel: |guidance.guides[0].nth: expected 1 to 8, found 0",
        "model:                   |guidance: {guides: [{look: quotation, nth: 2, layer: 1, heads: [1]}]}\\nmodel: |guidance.guides[0].nth: quotation has one place only, found 2",
        "model:                   |guidance: {guides: [{look: quotation, layer: 1, probes: 9}]}\\nmodel: |guidance.guides[0].probes: expected 0 to 8, found 9",
        "model:                   |guidance: {weight: -1, guides: [{look: quotation, layer: 1, heads: [1]}]}\\nmodel: |guidance.weight: expected 0 or more, found -1.0",
      })
  void whatIsWrongIsNamed(String good, String bad, String message) {
    String yaml = TinyRun.RECIPE.replace(good.replace("\\n", "\n"), bad.replace("\\n", "\n"));
    assertThat(yaml).isNotEqualTo(TinyRun.RECIPE);
    Path recipe = TinyRun.recipe(folder, yaml);
    expectRefusal(() -> TinyRun.open(recipe).close(), message);
  }

  private static void expectRefusal(ThrowingCallable what, String message) {
    assertThatThrownBy(what)
        .matches(e -> e.getClass().getName().startsWith("sirocco."), "an exception of ours")
        .hasMessageContaining(message);
  }

  @Test
  void aModelMustBeThere() {
    String yaml = TinyRun.RECIPE.replaceFirst("model:\n(  .*\n)+training", "start: gone\ntraining");
    Path recipe = TinyRun.recipe(folder, yaml);
    expectRefusal(() -> TinyRun.open(recipe), "gone");
  }

  @Test
  void emptyDataIsNamed() throws IOException {
    Path recipe = TinyRun.recipe(folder, TinyRun.RECIPE);
    Files.writeString(folder.resolve("words.txt"), "");
    expectRefusal(
        () -> {
          try (Trainer trainer = TinyRun.open(recipe)) {
            trainer.next();
          }
        },
        "words");
  }

  @Test
  void aTokenizerLargerThanTheModelIsRefused() throws IOException {
    Path recipe = TinyRun.recipe(folder, TinyRun.RECIPE.replace("steps: 4", "steps: 1"));
    try (Trainer trainer = TinyRun.open(recipe)) {
      TinyRun.train(trainer, 1);
      trainer.export();
    }
    Path model = folder.resolve("out/model");
    // One more of ModelProto.pieces: {1: "zz", 2: 0.0, 3: NORMAL}.
    byte[] piece = {0x0A, 11, 0x0A, 2, 'z', 'z', 0x15, 0, 0, 0, 0, 0x18, 1};
    Files.write(model.resolve("tokenizer.model"), piece, StandardOpenOption.APPEND);
    Files.deleteIfExists(model.resolve("tokenizer.json"));
    String yaml =
        TinyRun.RECIPE
            .replaceFirst("model:\n(  .*\n)+training", "start: out/model\ntraining")
            .replace("output: out", "output: more");
    expectRefusal(
        () -> TinyRun.open(TinyRun.recipe(folder, yaml)),
        "the tokenizer has 51 tokens, the model only 50");
  }

  @Test
  void theOrderOfSavingDoesNotChangeTheRun() {
    Path recipe = TinyRun.recipe(folder, TinyRun.RECIPE);
    String one = Recipe.read(recipe).fingerprint();
    TinyRun.recipe(folder, TinyRun.RECIPE.replace("checkpoint_steps: 2", "checkpoint_steps: 1"));
    assertThat(Recipe.read(recipe).fingerprint()).isEqualTo(one);
    TinyRun.recipe(folder, TinyRun.RECIPE.replace("learning_rate: 0.01", "learning_rate: 0.02"));
    assertThat(Recipe.read(recipe).fingerprint()).isNotEqualTo(one);
  }

  @Test
  void aMissingRecipeIsNamed() {
    Path gone = folder.resolve("gone.yaml");
    assertThatThrownBy(() -> Recipe.read(gone))
        .isInstanceOf(RecipeException.class)
        .hasMessage(gone + ": there is no such file");
  }
}
