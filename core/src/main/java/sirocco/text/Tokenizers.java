package sirocco.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where tokenizers come from.
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

  public static Vocabulary read(Path file) {
    try {
      return SentencePieceModel.read(bytes(file));
    } catch (TokenizerException e) {
      throw new TokenizerException(file.getFileName() + ": " + e.getMessage(), e);
    }
  }

  private static byte[] bytes(Path file) {
    try {
      long size = Files.size(file);
      if (size > MAX_FILE_BYTES) {
        throw new TokenizerException(
            "expected at most " + MAX_FILE_BYTES + " bytes, found " + size);
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new TokenizerException("cannot be read: " + e.getMessage(), e);
    }
  }
}
