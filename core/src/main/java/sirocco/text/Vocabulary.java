package sirocco.text;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Everything a file says about its tokens, in one form for every source (tokenizer.model,
/// tokenizer.json, tekken.json, GGUF metadata), so that a tokenizer can be built from it and any
/// other file written from it.
///
/// @param kind the algorithm
/// @param tokens by id; ids are dense
/// @param merges byte-level BPE only: "left right" in order of rank; empty where ranks follow from
///   ids (tekken)
/// @param preTokenizer byte-level BPE only: how text is cut before merging
/// @param addDummyPrefix SentencePiece only: whether a space is put before the text
/// @param removeExtraWhitespaces SentencePiece only: whether runs of spaces shrink to one
/// @param addBos whether a plain encoding is meant to start with `bos`
/// @param addEos whether a plain encoding is meant to end with `eos`
public record Vocabulary(
    Kind kind,
    List<Token> tokens,
    List<String> merges,
    Optional<PreTokenizer> preTokenizer,
    boolean addDummyPrefix,
    boolean removeExtraWhitespaces,
    boolean addBos,
    boolean addEos,
    OptionalInt bos,
    OptionalInt eos,
    OptionalInt unk,
    OptionalInt pad) {

  public Vocabulary {
    tokens = List.copyOf(tokens);
    merges = List.copyOf(merges);
    if (tokens.isEmpty()) {
      throw new TokenizerException("a vocabulary needs at least one token");
    }
  }

  /// The algorithms.
  public enum Kind {
    /// Merges of characters by score, unknown characters as bytes; spaces are written `▁`.
    SENTENCEPIECE_BPE,
    /// Merges of bytes by rank; a byte is written as one printable character, as GPT-2 does.
    BYTE_BPE
  }

  /// One token.
  ///
  /// @param text as the file spells it: `▁the`, `<0x0A>`, `Ġthe`, `<s>`
  /// @param score SentencePiece's log-probability; for BPE merges the higher is merged first
  public record Token(String text, float score, Type type) {}

  /// What a token is, with SentencePiece's numbers (1 to 6), which GGUF uses too.
  public enum Type {
    NORMAL(1),
    UNKNOWN(2),
    CONTROL(3),
    USER_DEFINED(4),
    UNUSED(5),
    BYTE(6);

    private final int number;

    Type(int number) {
      this.number = number;
    }

    /// 1 to 6.
    public int number() {
      return number;
    }
  }

  /// How text is cut before byte-level merging.
  ///
  /// @param name GGUF's name for it (`gpt-2`, `llama-bpe`, `tekken`, …)
  /// @param pattern the regular expression whose matches are the pieces, in the dialect of the
  ///   source file
  public record PreTokenizer(String name, String pattern) {}
}
