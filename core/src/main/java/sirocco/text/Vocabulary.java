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
/// @param merges "left right" in order of rank. Empty where ranks follow from the tokens: from
///   scores (tokenizer.model, GGUF `llama`) or from ids (tekken)
/// @param preTokenizer byte-level BPE only: how text is cut before merging
/// @param addDummyPrefix whether a space is put before the text (byte-level BPE: unless it starts
///   with one)
/// @param removeExtraWhitespaces SentencePiece only: whether runs of spaces shrink to one
/// @param addBos whether a plain encoding is meant to start with `bos`
/// @param addEos whether a plain encoding is meant to end with `eos`
/// @param prefixAfterControl SentencePiece only: whether each text that follows a control token of
///   a rendered prompt gets the dummy prefix (SentencePiece, llama.cpp, Hugging Face `legacy`), or
///   only a text that opens the prompt (Hugging Face `prepend_scheme: first`)
/// @param ignoreMerges byte-level BPE only: whether a piece that is a token stays whole, whatever
///   the merges say
/// @param charsmap SentencePiece only: the normaliser's table; empty for `identity`
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
    OptionalInt pad,
    boolean prefixAfterControl,
    boolean ignoreMerges,
    Optional<Charsmap> charsmap) {

  public Vocabulary {
    tokens = List.copyOf(tokens);
    merges = List.copyOf(merges);
    if (tokens.isEmpty()) {
      throw new TokenizerException("a vocabulary needs at least one token");
    }
    inRange("bos", bos, tokens.size());
    inRange("eos", eos, tokens.size());
    inRange("unk", unk, tokens.size());
    inRange("pad", pad, tokens.size());
  }

  /// The usual case: identity normaliser, the prefix after each control token, and whole pieces
  /// first where the pre-tokenizer's family does so (`llama-bpe`, `tekken`).
  public Vocabulary(
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
    this(
        kind,
        tokens,
        merges,
        preTokenizer,
        addDummyPrefix,
        removeExtraWhitespaces,
        addBos,
        addEos,
        bos,
        eos,
        unk,
        pad,
        true,
        preTokenizer.isPresent() && preTokenizer.get().wholePiecesFirst(),
        Optional.empty());
  }

  Vocabulary withTokens(List<Token> others) {
    return new Vocabulary(
        kind,
        others,
        merges,
        preTokenizer,
        addDummyPrefix,
        removeExtraWhitespaces,
        addBos,
        addEos,
        bos,
        eos,
        unk,
        pad,
        prefixAfterControl,
        ignoreMerges,
        charsmap);
  }

  Vocabulary withEnds(
      boolean newAddBos,
      boolean newAddEos,
      OptionalInt newBos,
      OptionalInt newEos,
      OptionalInt newPad,
      boolean newPrefixAfterControl) {
    return new Vocabulary(
        kind,
        tokens,
        merges,
        preTokenizer,
        addDummyPrefix,
        removeExtraWhitespaces,
        newAddBos,
        newAddEos,
        newBos,
        newEos,
        unk,
        newPad,
        newPrefixAfterControl,
        ignoreMerges,
        charsmap);
  }

  private static void inRange(String name, OptionalInt id, int size) {
    if (id.isPresent() && (id.getAsInt() < 0 || id.getAsInt() >= size)) {
      throw new TokenizerException(
          name + ": expected an id in 0 to " + (size - 1) + ", found " + id.getAsInt());
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
  /// @param name GGUF's name for it (`gpt-2`, `llama-bpe`, `tekken`, …); `custom` where it has none
  /// @param patterns regular expressions in the dialect of the source file; each cuts the pieces of
  ///   the one before into its matches and what lies between them
  public record PreTokenizer(String name, List<String> patterns) {
    public PreTokenizer {
      patterns = List.copyOf(patterns);
    }

    /// One pattern; the empty one stands for the patterns that go by this name.
    ///
    /// @throws TokenizerException if the pattern is empty and the name unknown
    public PreTokenizer(String name, String pattern) {
      this(name, pattern.isEmpty() ? PreTokenizers.named(name) : List.of(pattern));
    }

    /// Whether GGUF's name says the patterns.
    public static boolean isKnown(String name) {
      return PreTokenizers.isKnown(name);
    }

    /// The pre-tokenizer that GGUF calls so.
    ///
    /// @throws TokenizerException if the name is unknown
    public static PreTokenizer named(String name) {
      return new PreTokenizer(name, PreTokenizers.named(name));
    }

    /// The pattern, where there is only one.
    ///
    /// @throws TokenizerException if there are several
    public String pattern() {
      if (patterns.size() != 1) {
        throw new TokenizerException(
            "pre-tokenizer " + name + ": expected one pattern, found " + patterns.size());
      }
      return patterns.getFirst();
    }

    /// Whether the name alone says the patterns.
    public boolean isNamed() {
      return PreTokenizers.isKnown(name) && PreTokenizers.named(name).equals(patterns);
    }

    /// Whether the family of this name takes a piece whole when it is a token.
    public boolean wholePiecesFirst() {
      return PreTokenizers.wholePiecesFirst(name);
    }
  }
}
