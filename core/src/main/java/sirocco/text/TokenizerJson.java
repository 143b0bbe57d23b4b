package sirocco.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import sirocco.json.JsonFields;
import sirocco.text.Vocabulary.Kind;
import sirocco.text.Vocabulary.Token;

/// Reads Hugging Face's `tokenizer.json` where it holds byte-pair encoding of either kind (format:
/// the serialisation of huggingface/tokenizers). What it asks for and this tokenizer cannot do is
/// an error that names it.
final class TokenizerJson {
  private static final List<String> USUAL_BOS =
      List.of("<s>", "<|begin_of_text|>", "<bos>", "<|endoftext|>");
  private static final List<String> USUAL_EOS =
      List.of("</s>", "<|end_of_text|>", "<eos>", "<|endoftext|>");

  private final JsonFields root;
  private final JsonFields model;
  private final TokenizerJsonStyle style;
  private final Map<String, Integer> ids = new HashMap<>();

  private TokenizerJson(JsonFields root) {
    this.root = root;
    model = root.requiredObject("model");
    String type = model.text("type").orElse("BPE");
    if (!type.equals("BPE")) {
      throw new TokenizerException("model.type: expected BPE, found " + Quote.of(type));
    }
    style = TokenizerJsonStyle.read(root);
    supported();
  }

  static Vocabulary read(JsonFields root) {
    return new TokenizerJson(root).vocabulary();
  }

  private void supported() {
    for (String name : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
      String value = model.text(name).orElse("");
      if (!value.isEmpty()) {
        throw new TokenizerException(
            "model." + name + ": " + Quote.of(value) + " is not supported");
      }
    }
    boolean pieces = style.kind() == Kind.SENTENCEPIECE_BPE;
    if (pieces && model.flag("ignore_merges", false)) {
      throw new TokenizerException("model.ignore_merges: true is not supported without ByteLevel");
    }
    if (!pieces && model.flag("byte_fallback", false)) {
      throw new TokenizerException("model.byte_fallback: true is not supported with ByteLevel");
    }
  }

  private Vocabulary vocabulary() {
    List<Token> tokens = tokens();
    List<String> merges = merges();
    if (style.kind() == Kind.SENTENCEPIECE_BPE) {
      tokens = withScores(tokens, merges);
      unknownsFuse(tokens);
    }
    // What contradicts itself is refused here, where the file is known.
    new TokenNames(tokens).mergeTable(merges);
    style.preTokenizer().ifPresent(p -> new PreTokenizers(p.patterns()));
    TokenizerJsonEnds ends = TokenizerJsonEnds.read(root, ids);
    return new Vocabulary(
        style.kind(),
        tokens,
        merges,
        style.preTokenizer(),
        style.prefix(),
        false,
        ends.bos().isPresent(),
        ends.eos().isPresent(),
        ends.bos().isPresent() ? ends.bos() : usual(USUAL_BOS, tokens),
        ends.eos().isPresent() ? ends.eos() : usual(USUAL_EOS, tokens),
        model.text("unk_token").map(this::id).orElse(OptionalInt.empty()),
        usual(List.of("<pad>", "[PAD]"), tokens),
        style.prefixAfterControl(),
        model.flag("ignore_merges", false),
        style.charsmap());
  }

  private OptionalInt id(String token) {
    Integer id = ids.get(token);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  private OptionalInt usual(List<String> names, List<Token> tokens) {
    return names.stream()
        .map(this::id)
        .filter(id -> id.isPresent() && tokens.get(id.getAsInt()).type() == Vocabulary.Type.CONTROL)
        .findFirst()
        .orElse(OptionalInt.empty());
  }

  private List<Token> tokens() {
    Map<Integer, Token> byId = new HashMap<>();
    JsonFields vocab = model.requiredObject("vocab");
    boolean byteFallback = model.flag("byte_fallback", false);
    Optional<String> unknown = model.text("unk_token");
    for (var entry : vocab.members()) {
      String text = entry.getKey();
      int id = entry.getValue().asInteger();
      Vocabulary.Type type =
          unknown.isPresent() && unknown.get().equals(text)
              ? Vocabulary.Type.UNKNOWN
              : byteFallback && ByteTokens.parse(text) >= 0
                  ? Vocabulary.Type.BYTE
                  : Vocabulary.Type.NORMAL;
      Token before = byId.put(id, new Token(text, 0, type));
      if (before != null) {
        throw new TokenizerException(
            "model.vocab: id "
                + id
                + " is given to "
                + Quote.of(before.text())
                + " and "
                + Quote.of(text));
      }
      ids.put(text, id);
    }
    for (JsonFields added : root.list("added_tokens")) {
      add(added, byId);
    }
    return dense(byId);
  }

  private void add(JsonFields added, Map<Integer, Token> byId) {
    String content = added.requiredText("content");
    int id = added.requiredInteger("id");
    boolean special = added.flag("special", false);
    Token before = byId.get(id);
    boolean elsewhere = ids.containsKey(content) && ids.get(content) != id;
    if (content.isEmpty() || elsewhere || (before != null && !before.text().equals(content))) {
      throw added.bad("a token whose id and content agree with model.vocab");
    }
    if (!special) {
      for (String option : List.of("single_word", "lstrip", "rstrip")) {
        if (added.flag(option, false)) {
          throw added.bad("a token without " + option + ", which is not supported,");
        }
      }
    }
    Vocabulary.Type type =
        before != null && before.type() == Vocabulary.Type.UNKNOWN
            ? Vocabulary.Type.UNKNOWN
            : special ? Vocabulary.Type.CONTROL : Vocabulary.Type.USER_DEFINED;
    // User-defined tokens are found in text whose spaces are already written ▁.
    boolean escape = type == Vocabulary.Type.USER_DEFINED && style.kind() == Kind.SENTENCEPIECE_BPE;
    String text = escape ? content.replace(' ', SentencePieceNormalizer.SPACE) : content;
    byId.put(id, new Token(text, 0, type));
    ids.put(content, id);
  }

  private static List<Token> dense(Map<Integer, Token> byId) {
    List<Token> tokens = new ArrayList<>(byId.size());
    for (int id = 0; id < byId.size(); id++) {
      Token token = byId.get(id);
      if (token == null) {
        throw new TokenizerException(
            "model.vocab: expected the ids 0 to "
                + (byId.size() - 1)
                + " for "
                + byId.size()
                + " tokens, found none with id "
                + id);
      }
      tokens.add(token);
    }
    return tokens;
  }

  private List<String> merges() {
    List<String> merges = new ArrayList<>();
    for (JsonFields merge : model.requiredList("merges")) {
      if (merge.node().isString()) {
        merges.add(merge.asText());
        continue;
      }
      List<JsonFields> parts = merge.elements();
      if (parts.size() != 2 || (parts.get(0).asText() + parts.get(1).asText()).contains(" ")) {
        throw merge.bad("two tokens without spaces");
      }
      merges.add(parts.get(0).asText() + " " + parts.get(1).asText());
    }
    return merges;
  }

  /// Scores that order the tokens as the merges do, for files that know scores only: a token whose
  /// merges lie among another's gets the same score, as SentencePiece had it.
  private List<Token> withScores(List<Token> tokens, List<String> merges) {
    int[] first = new int[tokens.size()];
    int[] last = new int[tokens.size()];
    Arrays.fill(first, Integer.MAX_VALUE);
    int[] results = new int[merges.size()];
    for (int rank = 0; rank < results.length; rank++) {
      Integer id = ids.get(merges.get(rank).replace(" ", ""));
      results[rank] = id == null ? -1 : id;
      if (id != null) {
        first[id] = Math.min(first[id], rank);
        last[id] = rank;
      }
    }
    float[] scores = new float[tokens.size()];
    int group = 0;
    int groupEnd = -1;
    for (int rank = 0; rank < results.length; rank++) {
      int id = results[rank];
      if (id >= 0 && first[id] == rank) {
        group += rank > groupEnd ? 1 : 0;
        groupEnd = Math.max(groupEnd, last[id]);
        scores[id] = -group;
      }
    }
    List<Token> out = new ArrayList<>(tokens.size());
    for (int id = 0; id < scores.length; id++) {
      Token token = tokens.get(id);
      boolean single = token.type() == Vocabulary.Type.NORMAL && first[id] == Integer.MAX_VALUE;
      out.add(new Token(token.text(), single ? - ++group : scores[id], token.type()));
    }
    return out;
  }

  /// SentencePiece writes neighbouring unknown characters as one; so does this tokenizer.
  private void unknownsFuse(List<Token> tokens) {
    boolean allBytes = tokens.stream().filter(t -> t.type() == Vocabulary.Type.BYTE).count() == 256;
    if (!allBytes && model.has("unk_token") && !model.flag("fuse_unk", false)) {
      throw new TokenizerException(
          "model.fuse_unk: false is not supported without all 256 byte tokens");
    }
  }
}
