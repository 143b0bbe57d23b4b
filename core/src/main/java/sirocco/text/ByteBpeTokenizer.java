package sirocco.text;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import sirocco.text.Vocabulary.Kind;
import sirocco.text.Vocabulary.PreTokenizer;
import sirocco.text.Vocabulary.Token;

/// Byte-level byte-pair encoding: text is cut by a regular expression, the UTF-8 bytes of each
/// piece merge by rank. GPT-2, Llama 3 and (ranks from ids) Mistral's tekken.
public final class ByteBpeTokenizer implements Tokenizer {
  private final Vocabulary vocabulary;
  private final TokenNames names;
  private final Literals userDefined;
  private final PreTokenizers preTokenizer;
  private final MergeTable table;
  private final byte[][] bytes;

  /// Token of each byte, or -1.
  private final int[] byteTokens = new int[256];

  ByteBpeTokenizer(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
    if (vocabulary.kind() != Kind.BYTE_BPE) {
      throw new TokenizerException("expected a byte-level vocabulary, found " + vocabulary.kind());
    }
    names = new TokenNames(vocabulary.tokens());
    userDefined = names.literals(Vocabulary.Type.USER_DEFINED);
    preTokenizer =
        new PreTokenizers(
            vocabulary.preTokenizer().orElse(PreTokenizer.named("default")).patterns());
    bytes = new byte[vocabulary.tokens().size()][];
    readTokens();
    table = vocabulary.merges().isEmpty() ? byId() : names.mergeTable(vocabulary.merges());
  }

  private void readTokens() {
    List<Token> tokens = vocabulary.tokens();
    for (int id = 0; id < bytes.length; id++) {
      String text = tokens.get(id).text();
      bytes[id] =
          switch (tokens.get(id).type()) {
            case CONTROL -> new byte[0];
            case USER_DEFINED, UNKNOWN -> Utf8.bytes(text);
            case NORMAL, UNUSED -> ByteAlphabet.bytes(text);
            case BYTE -> new byte[] {(byte) ByteTokens.value(id, text)};
          };
    }
    Arrays.setAll(byteTokens, b -> names.normal(String.valueOf(ByteAlphabet.spell(b))));
  }

  /// Without a list of merges a token's id is its rank, as in tiktoken.
  private MergeTable byId() {
    MergeTable merges = new MergeTable();
    List<Token> tokens = vocabulary.tokens();
    long work = 0;
    for (int id = 0; id < tokens.size(); id++) {
      if (tokens.get(id).type() == Vocabulary.Type.NORMAL) {
        work = merges.addSplits(tokens.get(id).text(), id, id, names::normal, work);
      }
    }
    return merges;
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public int[] encode(String text) {
    Ints out = new Ints();
    encode(text, out);
    return out.toArray();
  }

  @Override
  public int[] encodePrompt(String rendered) {
    Ints out = new Ints();
    names.splitPrompt(rendered, out, (text, first) -> encode(text, out));
    return out.toArray();
  }

  private void encode(String raw, Ints out) {
    String text = Utf8.wellFormed(raw);
    Merging merging = new Merging(table, new BitSet());
    int from = 0;
    for (int at = 0; at < text.length(); ) {
      int literal = userDefined.match(text, at);
      if (literal < 0) {
        at++;
        continue;
      }
      part(text.substring(from, at), merging, out);
      out.add(userDefined.id(literal));
      at += userDefined.length(literal);
      from = at;
    }
    part(text.substring(from), merging, out);
  }

  /// Text between user-defined tokens.
  private void part(String plain, Merging merging, Ints out) {
    if (plain.isEmpty()) {
      return;
    }
    String text = vocabulary.addDummyPrefix() && plain.charAt(0) != ' ' ? " " + plain : plain;
    preTokenizer.split(text, (from, to) -> piece(text.substring(from, to), merging, out));
  }

  private void piece(String piece, Merging merging, Ints out) {
    byte[] utf8 = Utf8.bytes(piece);
    if (vocabulary.ignoreMerges()) {
      int whole = names.normal(ByteAlphabet.spell(utf8, 0, utf8.length));
      if (whole >= 0) {
        out.add(whole);
        return;
      }
    }
    for (byte b : utf8) {
      int token = byteTokens[b & 0xFF];
      merging.add(token >= 0 ? token : ~unknown(b));
    }
    merging.finish(out);
  }

  private int unknown(byte b) {
    return vocabulary
        .unk()
        .orElseThrow(() ->
            new TokenizerException(
                String.format(
                    "byte 0x%02X has no token, and the vocabulary has no unknown token", b)));
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

  /// Every merge, best first, as tokens.
  List<int[]> mergesInOrder() {
    return table.inOrder(names::length, vocabulary.tokens().size());
  }
}
