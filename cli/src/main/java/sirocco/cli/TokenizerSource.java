package sirocco.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Checkpoints;
import sirocco.text.Tokenizer;
import sirocco.text.TokenizerException;
import sirocco.text.Tokenizers;
import sirocco.text.Vocabulary;

/// A tokenizer without its model's weights.
///
/// @param template the chat template that came with it
record TokenizerSource(Tokenizer tokenizer, Optional<String> template) {

  /// Reads a tokenizer file, a folder that has one, or a model.
  static TokenizerSource of(Path given) {
    Path path = ModelSource.existing(given);
    boolean gguf = path.toString().toLowerCase(Locale.ROOT).endsWith(".gguf");
    if (gguf) {
      return ofModel(path);
    }
    if (!Files.isDirectory(path)) {
      return new TokenizerSource(Tokenizers.of(Tokenizers.read(path)), Optional.empty());
    }
    return ofFolder(path);
  }

  private static TokenizerSource ofFolder(Path folder) {
    Vocabulary vocabulary;
    try {
      vocabulary = Tokenizers.read(folder);
    } catch (TokenizerException e) {
      if (hasGguf(folder)) {
        return ofModel(folder);
      }
      throw e;
    }
    return new TokenizerSource(Tokenizers.of(vocabulary), Checkpoints.chatTemplate(folder));
  }

  private static boolean hasGguf(Path folder) {
    String[] names = folder.toFile().list((dir, name) -> name.endsWith(".gguf"));
    return names != null && names.length > 0;
  }

  private static TokenizerSource ofModel(Path path) {
    try (Checkpoint checkpoint = Checkpoints.open(path)) {
      Vocabulary vocabulary =
          checkpoint
              .vocabulary()
              .orElseThrow(() -> new InputException(path + ": the model has no tokenizer"));
      return new TokenizerSource(Tokenizers.of(vocabulary), checkpoint.chatTemplate());
    }
  }
}
