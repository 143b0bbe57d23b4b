package sirocco.text;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import sirocco.text.Vocabulary.Token;

/// SentencePiece's byte-pair encoding: characters merge by score (or, for a tokenizer.json, by the
/// rank of the merge), characters that are no tokens become their UTF-8 bytes or the unknown token.
///
/// Equal to SentencePiece's bpe_model.cc on text, whatever file the vocabulary came from. So a text
/// that opens with a space keeps it behind the dummy prefix, where Hugging Face's `Metaspace`
/// swallows it.
public final class SentencePieceTokenizer implements Tokenizer {
  private static final int NONE = -1;

  private final Vocabulary vocabulary;
  private final TokenNames names;
  private final SentencePieceNormalizer normalizer;
  private final Literals userDefined;
  private final MergeTable table;
  private final BitSet unused = new BitSet();
  private final byte[][] bytes;

  /// Token of each byte, or -1.
  private final int[] byteTokens = new int[256];

  /// Symbol of each character: a token, a number from the vocabulary's size on (see [#loose]), or
  /// -1. Those outside the first plane are few.
  private final int[] basic = new int[1 << 16];

  private final Map<Integer, Integer> supplementary = new HashMap<>();

  /// Characters that occur in tokens without being tokens; symbol number less the vocabulary's
  /// size.
  private final Ints loose = new Ints();

  SentencePieceTokenizer(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
    names = new TokenNames(vocabulary.tokens());
    userDefined = names.literals(Vocabulary.Type.USER_DEFINED);
    normalizer = new SentencePieceNormalizer(vocabulary, userDefined);
    bytes = new byte[vocabulary.tokens().size()][];
    readTokens();
    table = vocabulary.merges().isEmpty() ? byScore() : names.mergeTable(vocabulary.merges());
  }

  private void readTokens() {
    Arrays.fill(byteTokens, NONE);
    Arrays.fill(basic, NONE);
    List<Token> tokens = vocabulary.tokens();
    for (int id = 0; id < tokens.size(); id++) {
      String text = tokens.get(id).text();
      bytes[id] =
          switch (tokens.get(id).type()) {
            case CONTROL -> new byte[0];
            // The surface that SentencePiece gives an unknown token.
            case UNKNOWN -> Utf8.bytes(" \u2047 ");
            case BYTE -> new byte[] {(byte) ByteTokens.value(id, text)};
            case NORMAL, USER_DEFINED, UNUSED ->
                Utf8.bytes(text.replace(SentencePieceNormalizer.SPACE, ' '));
          };
      switch (tokens.get(id).type()) {
        case BYTE -> byteTokens[bytes[id][0] & 0xFF] = id;
        case UNUSED -> unused.set(id);
        case NORMAL, USER_DEFINED, CONTROL, UNKNOWN -> {}
      }
    }
    for (int id = 0; id < tokens.size(); id++) {
      if (TokenNames.isNormal(tokens.get(id).type())) {
        tokens.get(id).text().codePoints().forEach(this::symbolOf);
      }
    }
  }

  /// The symbol of a character that occurs in tokens; made up where it is no token.
  private void symbolOf(int codePoint) {
    if (symbol(codePoint) == NONE) {
      int id = names.normal(Character.toString(codePoint));
      int symbol = id;
      if (id < 0) {
        symbol = vocabulary.tokens().size() + loose.size();
        loose.add(codePoint);
      }
      if (codePoint < basic.length) {
        basic[codePoint] = symbol;
      } else {
        supplementary.put(codePoint, symbol);
      }
    }
  }

  private int symbol(int codePoint) {
    return codePoint < basic.length
        ? basic[codePoint]
        : supplementary.getOrDefault(codePoint, NONE);
  }

  /// Every token that is two symbols put together, pieces of equal score at equal rank.
  private MergeTable byScore() {
    MergeTable merges = new MergeTable();
    List<Token> tokens = vocabulary.tokens();
    int[] ranks = TokenNames.scoreRanks(tokens);
    long work = 0;
    for (int id = 0; id < tokens.size(); id++) {
      Token token = tokens.get(id);
      if (TokenNames.isNormal(token.type()) && names.normal(token.text()) == id) {
        work = merges.addSplits(token.text(), ranks[id], id, this::symbolOf, work);
      }
    }
    return merges;
  }

  private int symbolOf(String text) {
    boolean one = text.codePointCount(0, Math.min(text.length(), 3)) == 1;
    return one ? symbol(text.codePointAt(0)) : names.normal(text);
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public int[] encode(String text) {
    Ints out = new Ints();
    encode(text, true, out);
    return out.toArray();
  }

  /// Each text between control tokens is encoded by itself. The dummy prefix goes before a text
  /// that opens the prompt and, where [Vocabulary#prefixAfterControl] says so, before every other
  /// one, even if it starts with a space (as llama.cpp and Hugging Face's `legacy` tokenizers do).
  @Override
  public int[] encodePrompt(String rendered) {
    Ints out = new Ints();
    names.splitPrompt(
        rendered,
        out,
        (text, first) -> encode(text, first || vocabulary.prefixAfterControl(), out));
    return out.toArray();
  }

  private void encode(String raw, boolean prefix, Ints out) {
    String text = normalizer.normalize(raw, prefix);
    Merging merging = new Merging(table, unused);
    for (int at = 0; at < text.length(); ) {
      int literal = userDefined.match(text, at);
      if (literal >= 0) {
        merging.add(~userDefined.id(literal));
        at += userDefined.length(literal);
        continue;
      }
      int codePoint = text.codePointAt(at);
      int symbol = symbol(codePoint);
      if (symbol == NONE) {
        unknown(codePoint, merging);
      } else {
        merging.add(symbol);
      }
      at += Character.charCount(codePoint);
    }
    Ints symbols = new Ints();
    merging.finish(symbols);
    boolean afterUnknown = false;
    for (int i = 0; i < symbols.size(); i++) {
      afterUnknown = emit(symbols.get(i), afterUnknown, out);
    }
  }

  /// Marks an unknown character in the chain so that nothing merges with it.
  private void unknown(int codePoint, Merging merging) {
    int[] fallback = fallback(codePoint);
    for (int id : fallback) {
      merging.add(~id);
    }
  }

  /// Appends a symbol's token; whether it was the unknown one. Neighbouring unknowns become one.
  private boolean emit(int symbol, boolean afterUnknown, Ints out) {
    int size = vocabulary.tokens().size();
    int[] ids =
        symbol < 0
            ? new int[] {~symbol}
            : symbol < size ? new int[] {symbol} : fallback(loose.get(symbol - size));
    boolean isUnknown = vocabulary.unk().isPresent() && ids[0] == vocabulary.unk().getAsInt();
    if (!(isUnknown && afterUnknown)) {
      out.addAll(ids);
    }
    return isUnknown;
  }

  private int[] fallback(int codePoint) {
    byte[] utf8 = Utf8.bytes(Character.toString(codePoint));
    int[] ids = new int[utf8.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = byteTokens[utf8[i] & 0xFF];
      if (ids[i] == NONE) {
        return new int[] {
          vocabulary
              .unk()
              .orElseThrow(() ->
                  new TokenizerException(
                      String.format(
                          "character U+%04X has no token, and the vocabulary has no unknown"
                              + " token",
                          codePoint)))
        };
      }
    }
    return ids;
  }

  @Override
  public String decode(int[] ids) {
    return Detokenizer.decode(this, ids);
  }

  @Override
  public byte[] bytes(int id) {
    return bytes[names.check(id)];
  }

  @Override
  public OptionalInt idOf(String token) {
    return names.id(token);
  }

  /// Whether scores alone, which is all that tokenizer.model and GGUF have, give the same merges in
  /// an order that does not contradict them.
  boolean mergesFollowFromScores() {
    return vocabulary.merges().isEmpty() || byScore().agrees(table);
  }

  /// Every merge, best first, as tokens; of one rank the longest left side first, which is how a
  /// list of merges imitates "the leftmost of equals".
  List<int[]> mergesInOrder() {
    return table.inOrder(names::length, vocabulary.tokens().size());
  }
}
