package sirocco.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import sirocco.json.JsonFields;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Where tokenizers come from and how they are written.
public final class Tokenizers {
  /// The largest tokenizer file read; real ones have up to 35 MB.
  private static final long MAX_FILE_BYTES = 1L << 28;

  private Tokenizers() {}

  /// A tokenizer for this vocabulary.
  ///
  /// @throws TokenizerException if the vocabulary contradicts itself
  public static Tokenizer of(Vocabulary vocabulary) {
    return switch (vocabulary.kind()) {
      case SENTENCEPIECE_BPE -> new SentencePieceTokenizer(vocabulary);
      case BYTE_BPE -> new ByteBpeTokenizer(vocabulary);
    };
  }

  /// The vocabulary of a tokenizer file (SentencePiece's `tokenizer.model` under any name, Hugging
  /// Face's `tokenizer.json`, Mistral's `tekken.json`) or of a model's folder.
  ///
  /// Of a folder's files the one closest to the model's training counts: `tokenizer.model`, then
  /// `tokenizer.model.v3` and the like (the highest version), then `tekken.json`, then
  /// `tokenizer.json`. Added tokens, special names and whether BOS is added come from
  /// `tokenizer_config.json` and `added_tokens.json` beside it.
  ///
  /// @throws TokenizerException if there is none, or it is damaged or of a kind not supported
  public static Vocabulary read(Path fileOrFolder) {
    return Files.isDirectory(fileOrFolder)
        ? TokenizerFolder.read(fileOrFolder)
        : readFile(fileOrFolder);
  }

  /// The content of a `tokenizer.model` that SentencePiece reads alike.
  ///
  /// @throws TokenizerException if the vocabulary has no such form (byte-level BPE; merges that no
  ///   scores imply)
  public static byte[] toModel(Vocabulary vocabulary) {
    return SentencePieceModelWriter.write(vocabulary);
  }

  /// The content of a `tokenizer.json` that Hugging Face's libraries read alike.
  ///
  /// @throws TokenizerException if the vocabulary has no such form
  public static byte[] toJson(Vocabulary vocabulary) {
    return TokenizerJsonWriter.write(vocabulary);
  }

  /// The content of the `tokenizer_config.json` that goes with [#toJson].
  ///
  /// @param chatTemplate the model's Jinja template
  public static byte[] toConfig(Vocabulary vocabulary, Optional<String> chatTemplate) {
    return TokenizerJsonWriter.config(vocabulary, chatTemplate, true);
  }

  static Vocabulary readFile(Path file) {
    byte[] data = bytes(file);
    try {
      boolean json = file.toString().endsWith(".json") || (data.length > 0 && data[0] == '{');
      if (!json) {
        return sentencePiece(data);
      }
      JsonFields root = json(data, TokenizerException::new);
      return root.has("config") && root.has("vocab")
          ? TekkenJson.read(root)
          : TokenizerJson.read(root);
    } catch (TokenizerException e) {
      throw new TokenizerException(file.getFileName() + ": " + e.getMessage(), e);
    }
  }

  /// Anything that is not JSON is read as one; what has not even its form is called by name.
  private static Vocabulary sentencePiece(byte[] data) {
    try {
      return SentencePieceModel.read(data);
    } catch (TokenizerException e) {
      throw new TokenizerException("not a SentencePiece model: " + e.getMessage(), e);
    }
  }

  /// The object that a JSON text holds.
  ///
  /// @param failure makes the exception for a message
  static JsonFields json(byte[] data, Function<String, RuntimeException> failure) {
    try {
      JsonFields root = new JsonFields(Parser.JSON.readTree(data), "", failure);
      if (!root.node().isObject()) {
        throw root.bad("a JSON object");
      }
      return root;
    } catch (JacksonException e) {
      throw failure.apply(
          "not valid JSON: " + e.getOriginalMessage().lines().findFirst().orElse(""));
    }
  }

  static byte[] bytes(Path file) {
    // A pipe or a device would hang or never end.
    if (!Files.isRegularFile(file)) {
      throw new TokenizerException(
          file.getFileName()
              + ": "
              + (Files.exists(file) ? "expected a regular file" : "no such file"));
    }
    try {
      long size = Files.size(file);
      if (size > MAX_FILE_BYTES) {
        throw new TokenizerException(
            file.getFileName() + ": expected at most " + MAX_FILE_BYTES + " bytes, found " + size);
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new TokenizerException(file.getFileName() + ": cannot be read: " + e, e);
    }
  }

  /// Made when a file of JSON is read: a GGUF file needs none, and making it takes time.
  private static final class Parser {
    static final JsonMapper JSON =
        JsonMapper.builder(
                JsonFactory.builder()
                    .streamReadConstraints(
                        StreamReadConstraints.builder()
                            .maxNestingDepth(64)
                            .maxStringLength(1 << 24)
                            .maxNameLength(1 << 16)
                            .maxNumberLength(64)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
  }
}
