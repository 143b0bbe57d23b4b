package sirocco.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import sirocco.checkpoint.Checkpoint;
import sirocco.convert.ToHuggingFace;

/// Writes a model that was made of others.
final class DerivedFolder {
  private DerivedFolder() {}

  /// Writes a Hugging Face folder and shows how far it is.
  ///
  /// @param what what is being done, for the bar
  /// @param open gives the model
  /// @throws InputException if the folder is there already: that is said before any model is opened
  static void write(String what, Supplier<Checkpoint> open, Path output) {
    if (Files.exists(output)) {
      throw new InputException(output + ": is there already; name a folder that is not");
    }
    try (Checkpoint made = open.get();
        ProgressBar bar = new ProgressBar(what, ToHuggingFace.tensorBytes(made))) {
      ToHuggingFace.write(made, output, ToHuggingFace.SHARD_BYTES, bar::advance);
    }
  }
}
