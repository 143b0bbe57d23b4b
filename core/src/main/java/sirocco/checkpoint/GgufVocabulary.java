package sirocco.checkpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import sirocco.text.Charsmap;
import sirocco.text.TokenizerException;
import sirocco.text.Vocabulary;

/// The tokenizer in a GGUF file's metadata, both ways (keys and defaults: ggml, docs/gguf.md and
/// llama.cpp, src/llama-vocab.cpp).
public final class GgufVocabulary {
  static final String TOKENS = "tokenizer.ggml.tokens";

  private static final String MODEL = "tokenizer.ggml.model";
  private static final String PRE = "tokenizer.ggml.pre";
  private static final String SCORES = "tokenizer.ggml.scores";
  private static final String TYPES = "tokenizer.ggml.token_type";
  private static final String MERGES = "tokenizer.ggml.merges";
  private static final String BOS = "tokenizer.ggml.bos_token_id";
  private static final String EOS = "tokenizer.ggml.eos_token_id";
  private static final String EOS_LIST = "tokenizer.ggml.eos_token_ids";
  private static final String UNK = "tokenizer.ggml.unknown_token_id";
  private static final String PAD = "tokenizer.ggml.padding_token_id";
  private static final String ADD_BOS = "tokenizer.ggml.add_bos_token";
  private static final String ADD_EOS = "tokenizer.ggml.add_eos_token";
  private static final String ADD_PREFIX = "tokenizer.ggml.add_space_prefix";
  private static final String SHRINK_SPACES = "tokenizer.ggml.remove_extra_whitespaces";
  private static final String TEMPLATE = "tokenizer.chat_template";
  private static final String CHARSMAP = "tokenizer.ggml.precompiled_charsmap";

  // Keys of Sirocco's own, for what GGUF has no words for; other programs pass over them.
  private static final String PREFIX_AFTER_CONTROL = "sirocco.tokenizer.prefix_after_control";
  private static final String IGNORE_MERGES = "sirocco.tokenizer.ignore_merges";
  private static final String PATTERNS = "sirocco.tokenizer.patterns";

  /// Further tokens that end a turn or a message.
  private static final List<String> OTHER_ENDS =
      List.of("tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id");

  private static final String NONE = "none";
  private static final String OLD_NONE = "no_vocab";
  private static final String DEFAULT_PRE = "default";
  private static final String SENTENCE_PIECE = "llama";
  private static final String BYTE_LEVEL = "gpt2";

  // What llama.cpp takes where a llama vocabulary says nothing.
  private static final int LLAMA_UNK = 0;
  private static final int LLAMA_BOS = 1;
  private static final int LLAMA_EOS = 2;

  private static final Pattern BYTE_TOKEN = Pattern.compile("<0x[0-9A-Fa-f]{2}>");

  private final GgufMetadata metadata;

  private GgufVocabulary(GgufMetadata metadata) {
    this.metadata = metadata;
  }

  /// The vocabulary; empty if the file has none.
  ///
  /// @throws CheckpointException if it is damaged or of a kind that Sirocco does not know
  public static Optional<Vocabulary> read(GgufMetadata metadata) {
    var reader = new GgufVocabulary(metadata);
    String model = metadata.text(MODEL).orElse(NONE);
    return switch (model) {
      case NONE, OLD_NONE -> Optional.empty();
      case SENTENCE_PIECE -> Optional.of(reader.sentencePiece());
      case BYTE_LEVEL -> Optional.of(reader.byteLevel());
      default ->
          throw metadata.error(
              MODEL, "expected llama or gpt2, found " + GgufCursor.printable(model));
    };
  }

  /// Whether the tokenizer is of a kind that Sirocco knows. A model with another still runs on
  /// token ids.
  static boolean isKnown(GgufMetadata metadata) {
    String model = metadata.text(MODEL).orElse(NONE);
    return switch (model) {
      case NONE, OLD_NONE, SENTENCE_PIECE -> true;
      case BYTE_LEVEL ->
          metadata.get(PATTERNS).isPresent()
              || Vocabulary.PreTokenizer.isKnown(metadata.text(PRE).orElse(DEFAULT_PRE));
      default -> false;
    };
  }

  /// The Jinja template of the file.
  static Optional<String> chatTemplate(GgufMetadata metadata) {
    return metadata.text(TEMPLATE);
  }

  static OptionalInt bos(GgufMetadata metadata) {
    return new GgufVocabulary(metadata).idOrDefault(BOS, LLAMA_BOS);
  }

  /// Every token that the file says ends something.
  static Set<Integer> ends(GgufMetadata metadata) {
    var reader = new GgufVocabulary(metadata);
    var ends = new TreeSet<Integer>();
    reader.idOrDefault(EOS, LLAMA_EOS).ifPresent(ends::add);
    for (String key : OTHER_ENDS) {
      reader.id(key).ifPresent(ends::add);
    }
    for (int id : metadata.integers(EOS_LIST).orElse(List.of())) {
      ends.add(reader.checked(EOS_LIST, id));
    }
    return ends;
  }

  private Vocabulary sentencePiece() {
    List<Vocabulary.Token> tokens = tokens();
    return new Vocabulary(
        Vocabulary.Kind.SENTENCEPIECE_BPE,
        tokens,
        List.of(),
        Optional.empty(),
        metadata.flag(ADD_PREFIX).orElse(true),
        metadata.flag(SHRINK_SPACES).orElse(false),
        metadata.flag(ADD_BOS).orElse(true),
        metadata.flag(ADD_EOS).orElse(false),
        idOrDefault(BOS, LLAMA_BOS),
        idOrDefault(EOS, LLAMA_EOS),
        idOrDefault(UNK, LLAMA_UNK),
        id(PAD),
        metadata.flag(PREFIX_AFTER_CONTROL).orElse(true),
        false,
        charsmap());
  }

  private Optional<Charsmap> charsmap() {
    Optional<byte[]> blob = metadata.bytes(CHARSMAP).filter(bytes -> bytes.length > 0);
    try {
      return blob.map(Charsmap::new);
    } catch (TokenizerException e) {
      throw metadata.error(CHARSMAP, String.valueOf(e.getMessage()));
    }
  }

  /// The id of a key; where a llama vocabulary lacks the key, the id that every llama tokenizer
  /// has.
  private OptionalInt idOrDefault(String key, int llama) {
    boolean silent =
        metadata.get(key).isEmpty()
            && metadata.text(MODEL).orElse(NONE).equals(SENTENCE_PIECE)
            && metadata.get(TOKENS).orElse(null) instanceof GgufValue.Array tokens
            && llama < tokens.count();
    return silent ? OptionalInt.of(llama) : id(key);
  }

  private Vocabulary.PreTokenizer preTokenizer(String name) {
    Optional<List<String>> patterns = metadata.texts(PATTERNS);
    try {
      return patterns.isPresent()
          ? new Vocabulary.PreTokenizer(name, patterns.get())
          : Vocabulary.PreTokenizer.named(name);
    } catch (TokenizerException e) {
      throw metadata.error(PRE, String.valueOf(e.getMessage()));
    }
  }

  /// Whether llama.cpp puts BOS first where the file does not say.
  private static boolean addsBos(String preTokenizer) {
    return !preTokenizer.equals("gpt-2") && !preTokenizer.equals("qwen2");
  }

  private Vocabulary byteLevel() {
    List<Vocabulary.Token> tokens = tokens();
    List<String> merges = metadata.texts(MERGES).orElseThrow(() -> metadata.missing(MERGES));
    for (int i = 0; i < merges.size(); i++) {
      int space = merges.get(i).indexOf(' ', 1);
      if (space < 0 || space == merges.get(i).length() - 1) {
        throw metadata.error(
            MERGES,
            "element "
                + i
                + ": expected two pieces and a space between, found "
                + GgufCursor.printable(merges.get(i)));
      }
    }
    String pre = metadata.text(PRE).orElse(DEFAULT_PRE);
    Vocabulary.PreTokenizer preTokenizer = preTokenizer(pre);
    return new Vocabulary(
        Vocabulary.Kind.BYTE_BPE,
        tokens,
        merges,
        Optional.of(preTokenizer),
        metadata.flag(ADD_PREFIX).orElse(false),
        false,
        metadata.flag(ADD_BOS).orElse(addsBos(pre)),
        metadata.flag(ADD_EOS).orElse(false),
        id(BOS),
        id(EOS),
        id(UNK),
        id(PAD),
        true,
        metadata.flag(IGNORE_MERGES).orElse(preTokenizer.wholePiecesFirst()),
        Optional.empty());
  }

  private List<Vocabulary.Token> tokens() {
    List<String> texts = metadata.texts(TOKENS).orElseThrow(() -> metadata.missing(TOKENS));
    if (texts.isEmpty()) {
      throw metadata.error(TOKENS, "expected at least one token, found none");
    }
    Optional<List<Float>> scores = metadata.floats(SCORES);
    Optional<List<Integer>> types = metadata.integers(TYPES);
    scores.ifPresent(all -> sameSize(SCORES, all.size(), texts.size()));
    types.ifPresent(all -> sameSize(TYPES, all.size(), texts.size()));
    var tokens = new ArrayList<Vocabulary.Token>(texts.size());
    for (int id = 0; id < texts.size(); id++) {
      float score = scores.isPresent() ? scores.get().get(id) : 0;
      Vocabulary.Type type =
          types.isPresent() ? type(id, types.get().get(id)) : Vocabulary.Type.NORMAL;
      tokens.add(token(id, texts.get(id), score, type));
    }
    return tokens;
  }

  private Vocabulary.Token token(int id, String text, float score, Vocabulary.Type type) {
    if (Float.isNaN(score)) {
      throw metadata.error(SCORES, "element " + id + ": expected a number, found NaN");
    }
    if (type == Vocabulary.Type.BYTE && !BYTE_TOKEN.matcher(text).matches()) {
      throw metadata.error(
          TOKENS,
          "element "
              + id
              + ": expected a byte written <0x00> to <0xFF>, found "
              + GgufCursor.printable(text));
    }
    return new Vocabulary.Token(text, score, type);
  }

  /// 0, "undefined", is what some converters write for an ordinary token.
  private Vocabulary.Type type(int id, int number) {
    if (number == 0) {
      return Vocabulary.Type.NORMAL;
    }
    for (Vocabulary.Type type : Vocabulary.Type.values()) {
      if (type.number() == number) {
        return type;
      }
    }
    throw metadata.error(TYPES, "element " + id + ": expected 1 to 6, found " + number);
  }

  private void sameSize(String key, int found, int tokens) {
    if (found != tokens) {
      throw metadata.error(key, "expected " + tokens + " elements, one a token, found " + found);
    }
  }

  /// A token id; absent too where the file writes 2^32 - 1, llama.cpp's "no such token".
  private OptionalInt id(String key) {
    if (metadata.get(key).orElse(null) instanceof GgufValue.Whole(_, long value)
        && (value == 0xFFFFFFFFL || value == -1)) {
      return OptionalInt.empty();
    }
    OptionalInt id = metadata.integer(key);
    return id.isPresent() ? OptionalInt.of(checked(key, id.getAsInt())) : id;
  }

  private int checked(String key, int id) {
    long tokens =
        metadata.get(TOKENS).orElse(null) instanceof GgufValue.Array texts
            ? texts.count()
            : metadata.integer(GgufConfig.VOCABULARY).orElseThrow(() -> metadata.missing(TOKENS));
    if (id < 0 || id >= tokens) {
      throw metadata.error(
          key, "expected an id below " + tokens + ", the number of tokens, found " + id);
    }
    return id;
  }

  /// The metadata that gives this vocabulary and template back.
  ///
  /// @param ends tokens that end a generation; the vocabulary's own `eos` is always kept
  public static SequencedMap<String, GgufValue> write(
      Vocabulary vocabulary, Optional<String> chatTemplate, Set<Integer> ends) {
    var out = new LinkedHashMap<String, GgufValue>();
    boolean bytes = vocabulary.kind() == Vocabulary.Kind.BYTE_BPE;
    List<Vocabulary.Token> tokens = vocabulary.tokens();
    out.put(MODEL, GgufValue.text(bytes ? BYTE_LEVEL : SENTENCE_PIECE));
    out.put(
        PRE,
        GgufValue.text(
            vocabulary.preTokenizer().map(Vocabulary.PreTokenizer::name).orElse(DEFAULT_PRE)));
    out.put(TOKENS, GgufValue.texts(tokens.stream().map(Vocabulary.Token::text).toList()));
    if (!bytes) {
      out.put(SCORES, GgufValue.floats(tokens.stream().map(Vocabulary.Token::score).toList()));
    }
    out.put(TYPES, GgufValue.ints(tokens.stream().map(t -> t.type().number()).toList()));
    if (bytes) {
      out.put(MERGES, GgufValue.texts(GgufMerges.of(vocabulary)));
    }
    put(out, BOS, vocabulary.bos());
    put(out, EOS, vocabulary.eos());
    put(out, UNK, vocabulary.unk());
    put(out, PAD, vocabulary.pad());
    putEnds(out, vocabulary.eos(), ends);
    out.put(ADD_BOS, GgufValue.flag(vocabulary.addBos()));
    out.put(ADD_EOS, GgufValue.flag(vocabulary.addEos()));
    if (!bytes) {
      out.put(ADD_PREFIX, GgufValue.flag(vocabulary.addDummyPrefix()));
      out.put(SHRINK_SPACES, GgufValue.flag(vocabulary.removeExtraWhitespaces()));
    }
    putRest(out, vocabulary);
    chatTemplate.ifPresent(template -> out.put(TEMPLATE, GgufValue.text(template)));
    return out;
  }

  /// The metadata of a model without a tokenizer: llama.cpp insists that a file says so.
  ///
  /// @param bos token that opens a text
  /// @param ends tokens that end a generation
  public static SequencedMap<String, GgufValue> writeNone(OptionalInt bos, Set<Integer> ends) {
    var out = new LinkedHashMap<String, GgufValue>();
    out.put(MODEL, GgufValue.text(OLD_NONE));
    put(out, BOS, bos);
    var ordered = new TreeSet<>(ends);
    OptionalInt eos = ordered.isEmpty() ? OptionalInt.empty() : OptionalInt.of(ordered.first());
    put(out, EOS, eos);
    putEnds(out, eos, ends);
    return out;
  }

  private static void putEnds(
      SequencedMap<String, GgufValue> out, OptionalInt eos, Set<Integer> ends) {
    var others = new TreeSet<>(ends);
    eos.ifPresent(others::remove);
    if (!others.isEmpty()) {
      // llama.cpp has one key for the end of a turn; the list keeps the rest.
      out.put(OTHER_ENDS.getFirst(), GgufValue.uint32(others.first()));
      out.put(EOS_LIST, GgufValue.ints(new ArrayList<>(new TreeSet<>(ends))));
    }
  }

  /// What differs from what a reader takes for granted.
  private static void putRest(SequencedMap<String, GgufValue> out, Vocabulary vocabulary) {
    vocabulary.charsmap().ifPresent(map -> out.put(CHARSMAP, GgufValue.bytes(map.blob())));
    boolean bytes = vocabulary.kind() == Vocabulary.Kind.BYTE_BPE;
    if (!bytes && !vocabulary.prefixAfterControl()) {
      out.put(PREFIX_AFTER_CONTROL, GgufValue.flag(false));
    }
    if (bytes && vocabulary.addDummyPrefix()) {
      out.put(ADD_PREFIX, GgufValue.flag(true));
    }
    vocabulary
        .preTokenizer()
        .ifPresent(pre -> {
          if (pre.wholePiecesFirst() != vocabulary.ignoreMerges()) {
            out.put(IGNORE_MERGES, GgufValue.flag(vocabulary.ignoreMerges()));
          }
          if (!pre.isNamed()) {
            out.put(PATTERNS, GgufValue.texts(pre.patterns()));
          }
        });
  }

  private static void put(SequencedMap<String, GgufValue> out, String key, OptionalInt id) {
    id.ifPresent(value -> out.put(key, GgufValue.uint32(value)));
  }
}
