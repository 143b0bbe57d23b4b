package sirocco.text;

import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import sirocco.json.JsonFields;
import sirocco.text.Vocabulary.Kind;
import sirocco.text.Vocabulary.PreTokenizer;
import sirocco.text.Vocabulary.Token;

/// Reads Mistral's `tekken.json` (format: mistral-common, tekken.py): special tokens have the first
/// ids, then come byte strings in order of rank, as many as the vocabulary is to have.
final class TekkenJson {
  /// More than any model has; bounds what a file can make us build from a small number.
  private static final int MAX_TOKENS = 1 << 22;

  /// The special tokens of files up to v7, which do not list them.
  private static final List<String> OLD_SPECIAL_TOKENS =
      List.of(
          "<unk>",
          "<s>",
          "</s>",
          "[INST]",
          "[/INST]",
          "[AVAILABLE_TOOLS]",
          "[/AVAILABLE_TOOLS]",
          "[TOOL_RESULTS]",
          "[/TOOL_RESULTS]",
          "[TOOL_CALLS]",
          "[IMG]",
          "<pad>",
          "[IMG_BREAK]",
          "[IMG_END]",
          "[PREFIX]",
          "[MIDDLE]",
          "[SUFFIX]",
          "[SYSTEM_PROMPT]",
          "[/SYSTEM_PROMPT]",
          "[TOOL_CONTENT]");

  private TekkenJson() {}

  static Vocabulary read(JsonFields root) {
    JsonFields config = root.requiredObject("config");
    List<JsonFields> vocab = root.requiredList("vocab");
    int size = config.requiredInteger("default_vocab_size");
    int special = config.requiredInteger("default_num_special_tokens");
    if (special < 0 || size <= special || size > MAX_TOKENS || size - special > vocab.size()) {
      throw new TokenizerException(
          "config: expected default_vocab_size of at most default_num_special_tokens plus the "
              + vocab.size()
              + " tokens of vocab, found "
              + size
              + " with "
              + special);
    }
    List<Token> tokens = new ArrayList<>(specials(root, special));
    tokens.addAll(bytes(vocab, size - special));
    String pattern = config.requiredText("pattern");
    List<String> patterns = List.of(pattern);
    // What contradicts itself is refused here, where the file is known.
    new TokenNames(tokens);
    new PreTokenizers(patterns);
    OptionalInt bos = id(tokens, special, "<s>");
    return new Vocabulary(
        Kind.BYTE_BPE,
        tokens,
        List.of(),
        Optional.of(new PreTokenizer(PreTokenizers.nameOf(patterns), patterns)),
        false,
        false,
        bos.isPresent(),
        false,
        bos,
        id(tokens, special, "</s>"),
        id(tokens, special, "<unk>"),
        id(tokens, special, "<pad>"),
        true,
        true,
        Optional.empty());
  }

  private static List<Token> specials(JsonFields root, int count) {
    List<String> names = new ArrayList<>(Collections.nCopies(count, ""));
    if (root.has("special_tokens")) {
      for (JsonFields special : root.list("special_tokens")) {
        int rank = special.requiredInteger("rank");
        if (rank < 0 || rank >= count || !names.get(rank).isEmpty()) {
          throw special.bad("ranks 0 to " + (count - 1) + ", each once");
        }
        names.set(rank, special.requiredText("token_str"));
      }
    } else {
      for (int rank = 0; rank < Math.min(count, OLD_SPECIAL_TOKENS.size()); rank++) {
        names.set(rank, OLD_SPECIAL_TOKENS.get(rank));
      }
    }
    List<Token> tokens = new ArrayList<>(count);
    for (int rank = 0; rank < count; rank++) {
      String name = names.get(rank).isEmpty() ? "<SPECIAL_" + rank + ">" : names.get(rank);
      tokens.add(new Token(name, 0, Vocabulary.Type.CONTROL));
    }
    return tokens;
  }

  private static List<Token> bytes(List<JsonFields> vocab, int count) {
    List<Token> tokens =
        new ArrayList<>(Collections.nCopies(count, new Token("", 0, Vocabulary.Type.NORMAL)));
    for (JsonFields entry : vocab) {
      int rank = entry.requiredInteger("rank");
      if (rank < 0 || rank >= vocab.size()) {
        throw entry.bad("a rank 0 to " + (vocab.size() - 1));
      }
      // Files hold more tokens than their models use.
      if (rank < count) {
        byte[] bytes = decode(entry);
        if (bytes.length == 0 || !tokens.get(rank).text().isEmpty()) {
          throw entry.bad("bytes, and a rank that is given once");
        }
        tokens.set(
            rank, new Token(ByteAlphabet.spell(bytes, 0, bytes.length), 0, Vocabulary.Type.NORMAL));
      }
    }
    for (int rank = 0; rank < count; rank++) {
      if (tokens.get(rank).text().isEmpty()) {
        throw new TokenizerException("vocab: there is no token of rank " + rank);
      }
    }
    return tokens;
  }

  private static byte[] decode(JsonFields entry) {
    try {
      return Base64.getDecoder().decode(entry.requiredText("token_bytes"));
    } catch (IllegalArgumentException e) {
      throw new TokenizerException(entry.where() + ".token_bytes: not base64", e);
    }
  }

  private static OptionalInt id(List<Token> tokens, int count, String name) {
    for (int id = 0; id < count; id++) {
      if (tokens.get(id).text().equals(name)) {
        return OptionalInt.of(id);
      }
    }
    return OptionalInt.empty();
  }
}
