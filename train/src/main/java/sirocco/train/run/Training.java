package sirocco.train.run;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Checkpoints;
import sirocco.checkpoint.HuggingFaceTemplate;
import sirocco.checkpoint.ModelConfig;
import sirocco.text.Tokenizers;
import sirocco.text.Vocabulary;
import sirocco.train.data.DialogueFormat;
import sirocco.train.data.TrainingData;
import sirocco.train.model.TrainableModel;
import sirocco.train.model.Weights;
import sirocco.train.synthetic.Generators;

/// From a recipe to a trainer.
public final class Training {
  private Training() {}

  /// Opens the model, the tokenizer and the data of a recipe.
  public static Trainer open(Recipe recipe, Ranks ranks) {
    return switch (recipe.origin()) {
      case Recipe.Origin.New(Path tokenizer, var model) -> {
        Vocabulary vocabulary = Tokenizers.read(tokenizer);
        ModelConfig config = Recipe.config(model, vocabulary.tokens().size());
        var made = new TrainableModel(config, recipe.training().precision());
        Weights.randomise(made, recipe.training().seed());
        yield trainer(
            recipe, made, tokenizer, vocabulary, HuggingFaceTemplate.read(tokenizer), ranks);
      }
      case Recipe.Origin.Existing(Path path) -> {
        try (Checkpoint checkpoint = Checkpoints.open(path)) {
          Vocabulary vocabulary =
              checkpoint
                  .vocabulary()
                  .orElseThrow(() -> new TrainingException(path + ": has no tokenizer"));
          var read = new TrainableModel(checkpoint.config(), recipe.training().precision());
          Weights.read(checkpoint, read);
          yield trainer(recipe, read, path, vocabulary, checkpoint.chatTemplate(), ranks);
        }
      }
    };
  }

  private static Trainer trainer(
      Recipe recipe,
      TrainableModel model,
      Path tokenizer,
      Vocabulary vocabulary,
      Optional<String> template,
      Ranks ranks) {
    if (vocabulary.tokens().size() > model.config().vocabSize()) {
      throw new TrainingException(
          tokenizer
              + ": the tokenizer has "
              + vocabulary.tokens().size()
              + " tokens, the model only "
              + model.config().vocabSize());
    }
    var encoder = Tokenizers.of(vocabulary);
    TrainingData data =
        TrainingData.open(
            recipe.data(),
            recipe.folder(),
            Generators::named,
            encoder,
            DialogueFormat.of(encoder, template),
            recipe.training().context());
    Set<Integer> eos =
        vocabulary.eos().isPresent() ? Set.of(vocabulary.eos().getAsInt()) : Set.of();
    OptionalInt bos = vocabulary.bos();
    var parts =
        new Trainer.Parts(
            recipe.training(),
            model,
            data,
            tokenizer,
            new Trainer.Ends(bos, eos),
            recipe.fingerprint());
    return new Trainer(parts, new RunFolder(recipe.output()), ranks);
  }
}
