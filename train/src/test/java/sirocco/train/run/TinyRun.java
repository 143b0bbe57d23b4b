package sirocco.train.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import sirocco.testkit.TinyTokenizer;
import sirocco.train.torch.Torch;

/// Recipes of runs that take milliseconds.
final class TinyRun {
  static final String RECIPE =
      """
      output: out
      model:
        tokenizer: tokenizer
        hidden_size: 16
        intermediate_size: 24
        num_hidden_layers: 2
        num_attention_heads: 2
        num_key_value_heads: 1
        num_local_experts: 4
        max_position_embeddings: 64
      training:
        steps: 4
        batch_tokens: 64
        micro_batch_tokens: 32
        context: 32
        learning_rate: 0.01
        precision: float32
        checkpoint_steps: 2
        validation_steps: 2
        validation_tokens: 64
      data:
        validation: 0.1
        sources:
          - {path: words.txt, name: words}
      """;

  private TinyRun() {}

  /// A folder with a recipe, its tokenizer and its data.
  static Path recipe(Path folder, String yaml) {
    try {
      Path tokenizer = Files.createDirectories(folder.resolve("tokenizer"));
      TinyTokenizer.write(tokenizer);
      var words = new StringBuilder();
      for (int i = 0; i < 200; i++) {
        words
            .append("the rain in spain ".repeat(1 + i % 5))
            .append("on ".repeat(i / 5))
            .append("\n\n");
      }
      Files.writeString(folder.resolve("words.txt"), words);
      return Files.writeString(folder.resolve("recipe.yaml"), yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Trainer open(Path recipe) {
    Torch.start(1, 1);
    return Training.open(Recipe.read(recipe), Ranks.ALONE);
  }

  /// What the commands do, up to a step.
  static void train(Trainer trainer, int last) {
    while (trainer.step() < last) {
      trainer.next();
      if (trainer.validationDue()) {
        trainer.validate();
      }
      if (trainer.checkpointDue()) {
        trainer.checkpoint();
      }
    }
  }
}
