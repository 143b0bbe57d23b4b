package sirocco.train.run;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Checkpoints;
import sirocco.checkpoint.HuggingFaceTemplate;
import sirocco.checkpoint.ModelConfig;
import sirocco.text.Tokenizer;
import sirocco.text.Tokenizers;
import sirocco.text.Vocabulary;
import sirocco.train.adapter.Lora;
import sirocco.train.data.Batch;
import sirocco.train.data.Batches;
import sirocco.train.data.DialogueFormat;
import sirocco.train.data.TrainingData;
import sirocco.train.model.Guidance;
import sirocco.train.model.TrainableModel;
import sirocco.train.model.Weights;
import sirocco.train.objective.StoredReference;
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
        var words = new Words(tokenizer, vocabulary, HuggingFaceTemplate.read(tokenizer));
        yield trainer(recipe, words.whole(made), words, ranks);
      }
      case Recipe.Origin.Existing(Path path) -> existing(recipe, path, ranks);
    };
  }

  private static Trainer existing(Recipe recipe, Path path, Ranks ranks) {
    try (Checkpoint checkpoint = Checkpoints.open(path)) {
      Vocabulary vocabulary =
          checkpoint
              .vocabulary()
              .orElseThrow(() -> new TrainingException(path + ": has no tokenizer"));
      var words = new Words(path, vocabulary, checkpoint.chatTemplate());
      var model = new TrainableModel(checkpoint.config(), recipe.training().precision());
      Weights.read(checkpoint, model);
      if (recipe.lora().isEmpty()) {
        return trainer(recipe, words.whole(model), words, ranks);
      }
      var lora = new Lora(model, recipe.lora().get(), recipe.training().seed());
      recipe.lora().get().start().ifPresent(start -> lora.read(start, checkpoint));
      return trainer(recipe, new Learner.Adapted(model, lora, path), words, ranks);
    }
  }

  /// A tokenizer and the folder that it came from.
  private record Words(Path path, Vocabulary vocabulary, Optional<String> template) {
    Learner whole(TrainableModel model) {
      Set<Integer> eos =
          vocabulary.eos().isPresent() ? Set.of(vocabulary.eos().getAsInt()) : Set.of();
      return new Learner.Whole(model, path, vocabulary.bos(), eos);
    }
  }

  private static Trainer trainer(Recipe recipe, Learner learner, Words words, Ranks ranks) {
    int tokens = words.vocabulary().tokens().size();
    int rows = learner.model().config().vocabSize();
    if (tokens > rows) {
      throw new TrainingException(
          words.path() + ": the tokenizer has " + tokens + " tokens, the model only " + rows);
    }
    int context = recipe.training().context();
    int most = learner.model().config().maxPositionEmbeddings();
    if (context > most) {
      throw new TrainingException(
          "training: context: expected at most max_position_embeddings "
              + most
              + " of the model, found "
              + context);
    }
    var encoder = Tokenizers.of(words.vocabulary());
    TrainingData data =
        TrainingData.open(
            recipe.data(),
            recipe.folder(),
            Generators::named,
            encoder,
            DialogueFormat.of(encoder, words.template()),
            context);
    Optional<Guidance> guidance = guidance(recipe, learner, encoder, words.path());
    var folder = new RunFolder(recipe.output());
    Objective objective =
        recipe.preference().isPresent()
            ? preferring(recipe, recipe.preference().get(), learner, data)
            : new Objective.Imitation();
    return new Trainer(
        new Trainer.Parts(
            recipe.training(), learner, objective, guidance, data, recipe.fingerprint()),
        folder,
        ranks);
  }

  /// @param start where probes of an earlier run may be
  private static Optional<Guidance> guidance(
      Recipe recipe, Learner learner, Tokenizer encoder, Path start) {
    Optional<Guidance> guidance =
        recipe
            .guidance()
            .map(g -> g.of(learner.model().config(), encoder, recipe.training().seed()));
    guidance.ifPresent(g -> TrainingState.inherit(start, g.parameters()));
    return guidance;
  }

  /// The reference is the model as it starts, before a checkpoint is read into it. Its
  /// log-probabilities of all pairs of the run are computed once and kept beside the checkpoints.
  private static Objective preferring(
      Recipe recipe, PreferenceSettings preference, Learner learner, TrainingData data) {
    TrainingSettings training = recipe.training();
    try (var batches = new Batches(data.training(), training.microBatchTokens())) {
      Iterable<Batch> all =
          () ->
              Stream.generate(batches::next)
                  .limit((long) training.steps() * training.microBatches())
                  .iterator();
      Path file = recipe.output().resolve("reference.safetensors");
      return new Objective.Preferring(
          preference.with(StoredReference.of(file, learner.model(), all, pairs -> {})));
    }
  }
}
