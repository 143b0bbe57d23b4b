package sirocco.text;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Cuts text into the pieces within which bytes may merge, with the regular expressions of GPT-2
/// and its kin.
///
/// The names are GGUF's (`tokenizer.ggml.pre`); the expressions are those that the models were
/// trained with. They come in the dialect of Rust, Oniguruma and Python, where `\s`, `\d` and `\w`
/// know all of Unicode, and are rewritten for Java; what Java reads differently is an error.
final class PreTokenizers {
  private static final String GPT_2 =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
  private static final String LLAMA_3 =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String TEKKEN =
      "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"
          + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*"
          + "|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  /// What llama.cpp does where a file names no pre-tokenizer: four cuts, one after the other.
  private static final List<String> DEFAULT =
      List.of("[\\p{P}\\$\\+<=>\\^~\\|]+", GPT_2, "\\p{N}+", "[0-9][0-9][0-9]");

  private static final List<String> NAMES =
      List.of("gpt-2", "llama-bpe", "qwen2", "tekken", "starcoder", "default");

  private final List<Pattern> patterns;

  /// @throws TokenizerException if a pattern is not valid or Java cannot do the same
  PreTokenizers(List<String> patterns) {
    this.patterns = patterns.stream().map(PreTokenizers::compile).toList();
  }

  /// The patterns that go by this name in GGUF.
  ///
  /// @throws TokenizerException if it is unknown
  static List<String> named(String name) {
    return switch (name) {
      case "gpt-2", "gpt2", "mpt", "olmo", "phi-2", "roberta-bpe", "jais" -> List.of(GPT_2);
      case "llama-bpe", "llama3", "llama-v3" -> List.of(LLAMA_3);
      case "qwen2" -> List.of(LLAMA_3.replace("{1,3}", ""));
      case "tekken" -> List.of(TEKKEN);
      case "starcoder", "smollm", "refact", "command-r" -> List.of("\\p{N}", GPT_2);
      case "default" -> DEFAULT;
      default ->
          throw new TokenizerException(
              "pre-tokenizer "
                  + Quote.of(name)
                  + " is unknown; known are gpt-2, llama-bpe, qwen2, tekken, starcoder, default");
    };
  }

  /// GGUF's name for these patterns, or `custom`.
  static String nameOf(List<String> patterns) {
    for (String name : NAMES) {
      if (named(name).equals(patterns)) {
        return name;
      }
    }
    return "custom";
  }

  static boolean isKnown(String name) {
    try {
      return !named(name).isEmpty();
    } catch (TokenizerException e) {
      return false;
    }
  }

  /// Whether the family of this name takes a piece whole when it is a token.
  static boolean wholePiecesFirst(String name) {
    return switch (name) {
      case "llama-bpe", "llama3", "llama-v3", "tekken" -> true;
      default -> false;
    };
  }

  /// Takes the pieces of a text one after the other.
  interface Piece {
    void accept(int from, int to);
  }

  /// Hands out the pieces; together they are the whole text.
  void split(String text, Piece out) {
    try {
      split(text, 0, text.length(), 0, out);
    } catch (StackOverflowError e) {
      // java.util.regex recurses on groups that repeat; the patterns above have none.
      throw new TokenizerException(
          "pre-tokenizer: a pattern is too deep for a text of "
              + text.length()
              + " characters: "
              + patterns,
          e);
    }
  }

  private void split(String text, int from, int to, int depth, Piece out) {
    if (depth == patterns.size()) {
      out.accept(from, to);
      return;
    }
    // A look-ahead at the end of a piece must not see the next one: anchors stay, bounds are
    // opaque.
    Matcher matcher = patterns.get(depth).matcher(text).region(from, to);
    int at = from;
    while (matcher.find()) {
      if (matcher.start() > at) {
        split(text, at, matcher.start(), depth + 1, out);
      }
      if (matcher.end() > matcher.start()) {
        split(text, matcher.start(), matcher.end(), depth + 1, out);
      }
      at = matcher.end();
    }
    if (at < to) {
      split(text, at, to, depth + 1, out);
    }
  }

  private static Pattern compile(String source) {
    try {
      return Pattern.compile(translate(source), Pattern.UNICODE_CHARACTER_CLASS);
    } catch (PatternSyntaxException e) {
      throw new TokenizerException(
          "pre-tokenizer pattern " + Quote.of(source) + ": " + e.getDescription(), e);
    }
  }

  /// The pattern in Java's dialect: script names get `Is`, and escapes that differ are written out
  /// or refused.
  private static String translate(String source) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < source.length(); i++) {
      char c = source.charAt(i);
      if (c != '\\' || i + 1 == source.length()) {
        out.append(c);
        continue;
      }
      char escaped = source.charAt(++i);
      if ((escaped == 'p' || escaped == 'P')
          && i + 1 < source.length()
          && source.charAt(i + 1) == '{') {
        int close = source.indexOf('}', i);
        if (close < 0) {
          throw new TokenizerException(
              "pre-tokenizer pattern " + Quote.of(source) + ": a property has no }");
        }
        out.append(property(escaped, source.substring(i + 2, close)));
        i = close;
      } else if (escaped == 'v') {
        out.append("\\x0B");
      } else if (Character.isLetterOrDigit(escaped) && "pPsSdDwWbBrntfxu".indexOf(escaped) < 0) {
        throw new TokenizerException(
            "pre-tokenizer pattern " + Quote.of(source) + ": \\" + escaped + " is not supported");
      } else {
        out.append('\\').append(escaped);
      }
    }
    return out.toString();
  }

  private static String property(char sign, String name) {
    Optional<String> negated =
        name.startsWith("^") ? Optional.of(name.substring(1)) : Optional.empty();
    String plain = negated.orElse(name);
    String java = plain.length() <= 2 ? plain : "Is" + plain;
    boolean not = sign == 'P' ^ negated.isPresent();
    return (not ? "\\P{" : "\\p{") + java + "}";
  }
}
