package sirocco.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import sirocco.text.Vocabulary.Kind;
import sirocco.text.Vocabulary.PreTokenizer;
import sirocco.text.Vocabulary.Token;
import tools.jackson.databind.json.JsonMapper;

/// Writes `tokenizer.json` and `tokenizer_config.json` such that Hugging Face's tokenizers and
/// transformers load them and give the same ids for text that spells no control token (theirs
/// recognise control tokens in any text).
final class TokenizerJsonWriter {
  private static final JsonMapper MAPPER = JsonMapper.shared();
  private static final String SPACE = String.valueOf(SentencePieceNormalizer.SPACE);

  private final Vocabulary vocabulary;
  private final boolean pieces;

  private TokenizerJsonWriter(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
    pieces = vocabulary.kind() == Kind.SENTENCEPIECE_BPE;
  }

  /// @throws TokenizerException if the format cannot say what the vocabulary says
  static byte[] write(Vocabulary vocabulary) {
    TokenizerJsonWriter writer = new TokenizerJsonWriter(vocabulary);
    SequencedMap<String, @Nullable Object> root = new LinkedHashMap<>();
    root.put("version", "1.0");
    root.put("truncation", null);
    root.put("padding", null);
    root.put("added_tokens", writer.addedTokens());
    root.put("normalizer", writer.normalizer());
    root.put("pre_tokenizer", writer.preTokenizer());
    root.put("post_processor", writer.postProcessor());
    root.put("decoder", writer.decoder());
    root.put("model", writer.model());
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
  }

  /// @param chatTemplate the Jinja template to go with it
  /// @param json whether there is a `tokenizer.json` beside it, or only a `tokenizer.model`
  static byte[] config(Vocabulary vocabulary, Optional<String> chatTemplate, boolean json) {
    SequencedMap<String, @Nullable Object> root = new LinkedHashMap<>();
    root.put("add_bos_token", vocabulary.addBos());
    root.put("add_eos_token", vocabulary.addEos());
    name(vocabulary, root, "bos_token", vocabulary.bos());
    name(vocabulary, root, "eos_token", vocabulary.eos());
    name(vocabulary, root, "unk_token", vocabulary.unk());
    name(vocabulary, root, "pad_token", vocabulary.pad());
    if (vocabulary.kind() == Kind.SENTENCEPIECE_BPE) {
      root.put("add_prefix_space", vocabulary.addDummyPrefix());
      root.put("legacy", vocabulary.prefixAfterControl());
    }
    root.put("clean_up_tokenization_spaces", false);
    // The class that takes tokenizer.json as it is, where LlamaTokenizer rebuilds parts of it.
    root.put("tokenizer_class", json ? "PreTrainedTokenizerFast" : "LlamaTokenizer");
    chatTemplate.ifPresent(template -> root.put("chat_template", template));
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
  }

  private static void name(
      Vocabulary vocabulary,
      SequencedMap<String, @Nullable Object> root,
      String key,
      OptionalInt id) {
    if (id.isPresent()) {
      root.put(key, vocabulary.tokens().get(id.getAsInt()).text());
    }
  }

  private static TokenizerException cannot(String why) {
    return new TokenizerException("tokenizer.json cannot be written: " + why);
  }

  /// A step of the file: its type and what it is told.
  private static SequencedMap<String, @Nullable Object> step(String type, Object... rest) {
    SequencedMap<String, @Nullable Object> step = new LinkedHashMap<>();
    step.put("type", type);
    for (int i = 0; i < rest.length; i += 2) {
      step.put((String) rest[i], rest[i + 1]);
    }
    return step;
  }

  /// As the file's user sees a token: user-defined ones hold real spaces.
  private String content(Token token) {
    return pieces && token.type() == Vocabulary.Type.USER_DEFINED
        ? token.text().replace(SentencePieceNormalizer.SPACE, ' ')
        : token.text();
  }

  private List<Object> addedTokens() {
    List<Object> added = new ArrayList<>();
    for (int id = 0; id < vocabulary.tokens().size(); id++) {
      Token token = vocabulary.tokens().get(id);
      boolean special =
          switch (token.type()) {
            case CONTROL, UNKNOWN -> true;
            case NORMAL, USER_DEFINED, UNUSED, BYTE -> false;
          };
      if (special || token.type() == Vocabulary.Type.USER_DEFINED) {
        SequencedMap<String, Object> entry = new LinkedHashMap<>();
        entry.put("id", id);
        entry.put("content", content(token));
        for (String option : List.of("single_word", "lstrip", "rstrip", "normalized")) {
          entry.put(option, false);
        }
        entry.put("special", special);
        added.add(entry);
      }
    }
    return added;
  }

  private @Nullable Object normalizer() {
    if (vocabulary.removeExtraWhitespaces()) {
      throw cannot("it has no counterpart of remove_extra_whitespaces");
    }
    List<Object> steps = new ArrayList<>();
    vocabulary
        .charsmap()
        .ifPresent(map -> steps.add(step("Precompiled", "precompiled_charsmap", map.blob())));
    if (pieces && vocabulary.prefixAfterControl()) {
      if (vocabulary.addDummyPrefix()) {
        steps.add(step("Prepend", "prepend", SPACE));
      }
      steps.add(step("Replace", "pattern", Map.of("String", " "), "content", SPACE));
    }
    return steps.isEmpty() ? null : step("Sequence", "normalizers", steps);
  }

  private @Nullable Object preTokenizer() {
    if (pieces) {
      String scheme = vocabulary.addDummyPrefix() ? "first" : "never";
      return vocabulary.prefixAfterControl()
          ? null
          : step("Metaspace", "replacement", SPACE, "prepend_scheme", scheme, "split", false);
    }
    List<String> patterns =
        vocabulary.preTokenizer().orElse(PreTokenizer.named("default")).patterns();
    boolean gpt2 = patterns.equals(PreTokenizers.named("gpt-2"));
    boolean prefix = vocabulary.addDummyPrefix();
    if (prefix && !gpt2) {
      throw cannot("it has no counterpart of a space before the text with these patterns");
    }
    Object bytes =
        step("ByteLevel", "add_prefix_space", prefix, "trim_offsets", true, "use_regex", gpt2);
    if (gpt2) {
      return bytes;
    }
    List<Object> steps = new ArrayList<>();
    for (String pattern : patterns) {
      Object regex = Map.of("Regex", pattern);
      steps.add(step("Split", "pattern", regex, "behavior", "Isolated", "invert", false));
    }
    steps.add(bytes);
    return step("Sequence", "pretokenizers", steps);
  }

  private @Nullable Object postProcessor() {
    List<Object> single = new ArrayList<>();
    List<Object> pair = new ArrayList<>();
    SequencedMap<String, Object> special = new LinkedHashMap<>();
    OptionalInt bos = vocabulary.addBos() ? vocabulary.bos() : OptionalInt.empty();
    OptionalInt eos = vocabulary.addEos() ? vocabulary.eos() : OptionalInt.empty();
    for (int text = 0; text < 2; text++) {
      List<Object> parts = new ArrayList<>();
      end(bos, text, parts, special);
      parts.add(Map.of("Sequence", reference(text == 0 ? "A" : "B", text)));
      end(eos, text, parts, special);
      single.addAll(text == 0 ? parts : List.of());
      pair.addAll(parts);
    }
    return special.isEmpty()
        ? null
        : step("TemplateProcessing", "single", single, "pair", pair, "special_tokens", special);
  }

  private static Map<String, Object> reference(String id, int text) {
    SequencedMap<String, Object> reference = new LinkedHashMap<>();
    reference.put("id", id);
    reference.put("type_id", text);
    return reference;
  }

  private void end(OptionalInt id, int text, List<Object> parts, Map<String, Object> special) {
    if (id.isPresent()) {
      String name = vocabulary.tokens().get(id.getAsInt()).text();
      parts.add(Map.of("SpecialToken", reference(name, text)));
      SequencedMap<String, Object> entry = new LinkedHashMap<>();
      entry.put("id", name);
      entry.put("ids", List.of(id.getAsInt()));
      entry.put("tokens", List.of(name));
      special.put(name, entry);
    }
  }

  private Object decoder() {
    if (!pieces) {
      return step("ByteLevel", "add_prefix_space", true, "trim_offsets", true, "use_regex", true);
    }
    List<Object> steps = new ArrayList<>();
    steps.add(step("Replace", "pattern", Map.of("String", SPACE), "content", " "));
    steps.add(step("ByteFallback"));
    steps.add(step("Fuse"));
    if (vocabulary.addDummyPrefix()) {
      steps.add(step("Strip", "content", " ", "start", 1, "stop", 0));
    }
    return step("Sequence", "decoders", steps);
  }

  private Object model() {
    SequencedMap<String, @Nullable Object> model = step("BPE");
    boolean bytes = vocabulary.tokens().stream().anyMatch(t -> t.type() == Vocabulary.Type.BYTE);
    model.put("dropout", null);
    model.put("unk_token", unknown().orElse(null));
    model.put("continuing_subword_prefix", null);
    model.put("end_of_word_suffix", null);
    model.put("fuse_unk", pieces);
    model.put("byte_fallback", pieces && bytes);
    model.put("ignore_merges", vocabulary.ignoreMerges());
    SequencedMap<String, Object> vocab = new LinkedHashMap<>();
    for (int id = 0; id < vocabulary.tokens().size(); id++) {
      String text = content(vocabulary.tokens().get(id));
      Object before = vocab.putIfAbsent(text, id);
      if (before != null) {
        throw cannot("tokens " + before + " and " + id + " are both spelled " + Quote.of(text));
      }
    }
    model.put("vocab", vocab);
    model.put("merges", merges());
    return model;
  }

  /// Byte-level vocabularies name an unknown token only where one is ever needed.
  private Optional<String> unknown() {
    if (vocabulary.unk().isEmpty()) {
      return Optional.empty();
    }
    Token token = vocabulary.tokens().get(vocabulary.unk().getAsInt());
    return pieces || token.type() == Vocabulary.Type.UNKNOWN
        ? Optional.of(token.text())
        : Optional.empty();
  }

  private List<List<String>> merges() {
    List<int[]> merges =
        switch (Tokenizers.of(vocabulary)) {
          case SentencePieceTokenizer t -> t.mergesInOrder();
          case ByteBpeTokenizer t -> t.mergesInOrder();
        };
    Set<String> unused =
        vocabulary.tokens().stream()
            .filter(t -> t.type() == Vocabulary.Type.UNUSED)
            .map(Token::text)
            .collect(Collectors.toSet());
    List<List<String>> out = new ArrayList<>(merges.size());
    for (int[] merge : merges) {
      String left = vocabulary.tokens().get(merge[0]).text();
      String right = vocabulary.tokens().get(merge[1]).text();
      if (unused.contains(left + right)) {
        throw cannot("it has no counterpart of the unused token " + Quote.of(left + right));
      }
      out.add(List.of(left, right));
    }
    return out;
  }
}
