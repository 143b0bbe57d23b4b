package sirocco.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The files of a folder that make up a tokenizer, as Hugging Face and Mistral name them.
public final class TokenizerFiles {
  private static final Pattern NAMES =
      Pattern.compile(
          "tokenizer\\.(json|model(\\.v\\d+)?)|tokenizer_config\\.json|special_tokens_map\\.json"
              + "|added_tokens\\.json|tekken\\.json|chat_template\\.(jinja|json)");

  private TokenizerFiles() {}

  /// Copies a tokenizer as it is: nothing is lost that Sirocco has no name for.
  public static void copy(Path from, Path to) {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        String name = String.valueOf(file.getFileName());
        if (NAMES.matcher(name).matches() && Files.isRegularFile(file)) {
          Files.copy(file, to.resolve(standardName(name)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Mistral adds its tokenizer's version to the name; Hugging Face's readers do not look for that.
  private static String standardName(String name) {
    return name.startsWith("tokenizer.model") ? "tokenizer.model" : name;
  }

  /// Writes a tokenizer that came from elsewhere, in every form that its kind has.
  ///
  /// @throws TokenizerException if it has none
  public static void write(Path folder, Vocabulary vocabulary, Optional<String> chatTemplate) {
    try {
      switch (vocabulary.kind()) {
        case SENTENCEPIECE_BPE ->
            Files.write(folder.resolve("tokenizer.model"), Tokenizers.toModel(vocabulary));
        case BYTE_BPE -> {}
      }
      Files.write(folder.resolve("tokenizer.json"), Tokenizers.toJson(vocabulary));
      Files.write(
          folder.resolve("tokenizer_config.json"), Tokenizers.toConfig(vocabulary, chatTemplate));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
