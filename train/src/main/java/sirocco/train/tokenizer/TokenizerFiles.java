package sirocco.train.tokenizer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import sirocco.text.TokenizerFolder;
import sirocco.text.Vocabulary;

/// Writes a trained tokenizer such that no file is ever there by half.
public final class TokenizerFiles {
  private TokenizerFiles() {}

  /// Writes `tokenizer.model`, `tokenizer.json` and `tokenizer_config.json` into the folder, over
  /// those of a former tokenizer; it is made if missing.
  ///
  /// @param chatTemplate Jinja, for `tokenizer_config.json`
  /// @throws TokenizerTrainingException if they cannot be written
  public static void write(Path folder, Vocabulary vocabulary, Optional<String> chatTemplate) {
    try {
      Files.createDirectories(folder);
      // Inside the folder: only on one file system is a move a single step.
      Path draft = Files.createTempDirectory(folder, ".tokenizer-");
      try {
        TokenizerFolder.write(draft, vocabulary, chatTemplate);
        for (Path file : files(draft)) {
          Files.move(
              file,
              folder.resolve(file.getFileName()),
              StandardCopyOption.ATOMIC_MOVE,
              StandardCopyOption.REPLACE_EXISTING);
        }
      } finally {
        for (Path file : files(draft)) {
          Files.delete(file);
        }
        Files.delete(draft);
      }
    } catch (IOException e) {
      throw new TokenizerTrainingException(folder + ": the tokenizer cannot be written: " + e, e);
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}
