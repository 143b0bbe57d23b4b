package sirocco.checkpoint;

import java.util.Optional;

/// The pre-tokenizers that GGUF files call by name only, as the regular expressions that the
/// models' own tokenizer files have.
final class GgufPreTokenizers {
  private static final String GPT2 =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

  private static final String LLAMA3 =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  private static final String QWEN2 =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  private static final String TEKKEN =
      "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"
          + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*"
          + "|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  private GgufPreTokenizers() {}

  /// The pattern of a name.
  static Optional<String> pattern(String name) {
    return switch (name) {
      case "gpt-2" -> Optional.of(GPT2);
      case "llama-bpe", "llama3", "llama-v3" -> Optional.of(LLAMA3);
      case "qwen2" -> Optional.of(QWEN2);
      case "tekken" -> Optional.of(TEKKEN);
      default -> Optional.empty();
    };
  }

  static String names() {
    return "gpt-2 llama-bpe llama3 llama-v3 qwen2 tekken";
  }

  /// Whether llama.cpp puts BOS first where the file does not say.
  static boolean addsBos(String name) {
    return !name.equals("gpt-2") && !name.equals("qwen2");
  }
}
