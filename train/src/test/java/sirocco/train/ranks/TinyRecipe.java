package sirocco.train.ranks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import sirocco.train.tokenizer.BpeTrainer;
import sirocco.train.tokenizer.Progress;
import sirocco.train.tokenizer.TokenizerFiles;
import sirocco.train.tokenizer.TokenizerSettings;

/// A training of twenty steps of four micro-batches, a checkpoint after every fifth.
public final class TinyRecipe {
  private TinyRecipe() {}

  /// Writes a recipe and its tokenizer into a new folder; the run goes to `out` there.
  public static Path write(Path folder, int experts, int chosen) throws IOException {
    Files.createDirectories(folder);
    TokenizerFiles.write(
        folder.resolve("tokenizer"),
        BpeTrainer.train(
            List.of("what is the sum of one and two, how many are left of seven ".repeat(9))
                .iterator(),
            TokenizerSettings.ofSize(300),
            Progress.NONE),
        Optional.empty());
    return Files.writeString(
        folder.resolve("recipe.yaml"),
        """
        output: out
        model:
          tokenizer: tokenizer
          hidden_size: 16
          intermediate_size: 16
          num_hidden_layers: 2
          num_attention_heads: 2
          num_local_experts: %d
          num_experts_per_tok: %d
          max_position_embeddings: 64
        training:
          steps: 20
          batch_tokens: 64
          micro_batch_tokens: 16
          context: 16
          learning_rate: 0.003
          warmup_steps: 4
          precision: float32
          checkpoint_steps: 5
          validation_steps: 1000
          seed: 3
        data:
          seed: 5
          sources: [{generate: arithmetic-text}]
        """
            .formatted(experts, chosen));
  }

  /// The weights that a run ended with.
  public static Path weights(Path recipe) {
    return recipe.resolveSibling("out").resolve("model").resolve("model.safetensors");
  }
}
