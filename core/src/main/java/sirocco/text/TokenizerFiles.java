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

  /// Writes a tokenizer that came from elsewhere, in every form that can say all of it.
  ///
  /// @throws TokenizerException if none can
  public static void write(Path folder, Vocabulary vocabulary, Optional<String> chatTemplate) {
    boolean model = false;
    try {
      if (vocabulary.kind() == Vocabulary.Kind.SENTENCEPIECE_BPE) {
        model = writeModel(folder, vocabulary);
      }
      boolean json = writeJson(folder, vocabulary, model);
      Files.write(
          folder.resolve("tokenizer_config.json"),
          TokenizerJsonWriter.config(vocabulary, chatTemplate, json));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Whether `tokenizer.model` could be written; `tokenizer.json` may still do.
  private static boolean writeModel(Path folder, Vocabulary vocabulary) throws IOException {
    byte[] content;
    try {
      content = Tokenizers.toModel(vocabulary);
    } catch (TokenizerException e) {
      return false;
    }
    Files.write(folder.resolve("tokenizer.model"), content);
    return true;
  }

  /// Whether `tokenizer.json` could be written.
  ///
  /// @throws TokenizerException if not, and there is no other form either
  private static boolean writeJson(Path folder, Vocabulary vocabulary, boolean otherForm)
      throws IOException {
    byte[] content;
    try {
      content = Tokenizers.toJson(vocabulary);
    } catch (TokenizerException e) {
      if (otherForm) {
        return false;
      }
      throw e;
    }
    Files.write(folder.resolve("tokenizer.json"), content);
    return true;
  }
}
