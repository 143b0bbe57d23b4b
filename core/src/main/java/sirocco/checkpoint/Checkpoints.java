package sirocco.checkpoint;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import sirocco.json.JsonFields;
import sirocco.text.TokenizerException;
import sirocco.text.TokenizerFolder;
import sirocco.text.Tokenizers;
import sirocco.text.Vocabulary;

/// Finds out what kind of model a path holds.
public final class Checkpoints {
  private Checkpoints() {}

  /// Opens a model: a folder of Hugging Face or Mistral files, or a GGUF file. A folder with both
  /// kinds, as Mistral publishes them, is read as Hugging Face's; one that holds nothing but one
  /// GGUF file opens that.
  ///
  /// @throws CheckpointException if there is no model or it is damaged; the message says what was
  ///   looked for
  public static Checkpoint open(Path path) {
    if (Files.isDirectory(path)) {
      return openFolder(path);
    }
    MappedFile.requireRegular(path);
    String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
    if (name.endsWith(".gguf")) {
      return GgufCheckpoint.open(path);
    }
    boolean part = name.endsWith(".safetensors") || name.endsWith(".json");
    throw new CheckpointException(
        path,
        part
            ? "is one file of a model: give the folder that it is in"
            : "expected a folder with a model, or a .gguf file");
  }

  /// The configuration of a model whose weights need not be there: a `config.json` or
  /// `params.json`, a folder that has one, or a GGUF file.
  ///
  /// @throws CheckpointException if there is none or it makes no sense
  public static ModelConfig config(Path path) {
    if (Files.isDirectory(path)) {
      for (String name : List.of(HuggingFaceCheckpoint.CONFIG, ConsolidatedCheckpoint.PARAMS)) {
        if (Files.exists(path.resolve(name))) {
          return config(path.resolve(name));
        }
      }
      try (Checkpoint checkpoint = open(path)) {
        return checkpoint.config();
      }
    }
    if (path.toString().toLowerCase(Locale.ROOT).endsWith(".gguf")) {
      try (Checkpoint checkpoint = open(path)) {
        return checkpoint.config();
      }
    }
    JsonFields json = JsonFile.read(path);
    // Mistral's file gives the width as "dim"; no Hugging Face file has that key at the top.
    return json.has("dim") && !json.mentions("model_type")
        ? ConsolidatedConfig.parse(json)
        : HuggingFaceConfig.parse(json).model();
  }

  private static Checkpoint openFolder(Path folder) {
    boolean config = Files.exists(folder.resolve(HuggingFaceCheckpoint.CONFIG));
    boolean params = Files.exists(folder.resolve(ConsolidatedCheckpoint.PARAMS));
    if (config && (!params || hasWeights(folder, HuggingFaceCheckpoint.STEM))) {
      return HuggingFaceCheckpoint.open(folder, vocabulary(folder));
    }
    if (params) {
      return ConsolidatedCheckpoint.open(folder, vocabulary(folder));
    }
    List<Path> ggufs = list(folder, "*.gguf");
    if (ggufs.size() == 1) {
      return GgufCheckpoint.open(ggufs.getFirst());
    }
    throw new CheckpointException(
        folder,
        ggufs.isEmpty()
            ? "expected config.json (Hugging Face), params.json (Mistral) or a .gguf file"
            : "holds several models, name one of them: "
                + ggufs.stream()
                    .limit(5)
                    .map(file -> file.getFileName().toString())
                    .collect(Collectors.joining(", ")));
  }

  private static boolean hasWeights(Path folder, String stem) {
    return Files.exists(folder.resolve(stem + ".safetensors"))
        || Files.exists(folder.resolve(stem + ".safetensors.index.json"));
  }

  /// The Jinja chat template in a folder, whether it holds a model or only a tokenizer.
  public static Optional<String> chatTemplate(Path folder) {
    return HuggingFaceTemplate.read(folder);
  }

  /// The tokenizer in a folder. Models without one still run on token ids.
  private static Optional<Vocabulary> vocabulary(Path folder) {
    try {
      return TokenizerFolder.isIn(folder) ? Optional.of(Tokenizers.read(folder)) : Optional.empty();
    } catch (TokenizerException e) {
      throw new CheckpointException(folder, String.valueOf(e.getMessage()), e);
    }
  }

  private static List<Path> list(Path folder, String pattern) {
    var found = new ArrayList<Path>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, pattern)) {
      files.forEach(found::add);
    } catch (DirectoryIteratorException | IOException e) {
      throw new CheckpointException(folder, "cannot be listed: " + e.getMessage(), e);
    }
    found.sort(null);
    return found;
  }
}
