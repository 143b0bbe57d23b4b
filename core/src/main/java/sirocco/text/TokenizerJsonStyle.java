package sirocco.text;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import sirocco.json.JsonFields;
import sirocco.text.Vocabulary.Kind;
import sirocco.text.Vocabulary.PreTokenizer;

/// What the normaliser and the pre-tokenizer of a `tokenizer.json` amount to.
///
/// @param prefix whether a space goes before the text
/// @param prefixAfterControl as [Vocabulary#prefixAfterControl]
record TokenizerJsonStyle(
    Kind kind,
    Optional<PreTokenizer> preTokenizer,
    boolean prefix,
    boolean prefixAfterControl,
    Optional<Charsmap> charsmap) {
  private static final String SPACE = String.valueOf(SentencePieceNormalizer.SPACE);

  static TokenizerJsonStyle read(JsonFields root) {
    List<JsonFields> normalizers = flat(root.object("normalizer"), "normalizers");
    List<JsonFields> cutters = flat(root.object("pre_tokenizer"), "pretokenizers");
    boolean bytes = cutters.stream().anyMatch(c -> type(c).equals("ByteLevel"));
    return bytes ? byteLevel(normalizers, cutters) : pieces(normalizers, cutters);
  }

  private static String type(JsonFields step) {
    return step.requiredText("type");
  }

  /// The steps of a sequence, nested ones too.
  private static List<JsonFields> flat(Optional<JsonFields> step, String list) {
    if (step.isEmpty()) {
      return List.of();
    }
    if (!type(step.get()).equals("Sequence")) {
      return List.of(step.get());
    }
    return step.get().requiredList(list).stream()
        .flatMap(inner -> flat(Optional.of(inner), list).stream())
        .toList();
  }

  private static TokenizerException unsupported(JsonFields step, String what) {
    return new TokenizerException(
        step.where() + ": " + type(step) + " " + what + " is not supported");
  }

  private static TokenizerJsonStyle byteLevel(
      List<JsonFields> normalizers, List<JsonFields> cutters) {
    if (!normalizers.isEmpty()) {
      throw unsupported(normalizers.getFirst(), "before ByteLevel");
    }
    List<String> patterns = new ArrayList<>();
    boolean prefix = false;
    for (JsonFields cutter : cutters) {
      switch (type(cutter)) {
        case "ByteLevel" -> {
          prefix |= cutter.flag("add_prefix_space", true);
          if (cutter.flag("use_regex", true)) {
            patterns.addAll(PreTokenizers.named("gpt-2"));
          }
          if (prefix && cutters.size() > 1) {
            throw unsupported(cutter, "with add_prefix_space in a sequence");
          }
        }
        case "Split" -> patterns.add(pattern(cutter));
        case "Digits" ->
            patterns.add(cutter.flag("individual_digits", false) ? "\\p{N}" : "\\p{N}+");
        default -> throw unsupported(cutter, "with ByteLevel");
      }
    }
    if (!type(cutters.getLast()).equals("ByteLevel")) {
      throw unsupported(cutters.getLast(), "after ByteLevel");
    }
    return new TokenizerJsonStyle(
        Kind.BYTE_BPE,
        Optional.of(new PreTokenizer(PreTokenizers.nameOf(patterns), patterns)),
        prefix,
        true,
        Optional.empty());
  }

  /// Matches and what lies between them both stay pieces, so the patterns must be isolated; a
  /// pattern of which only the matches are kept does the same if it matches every character.
  private static String pattern(JsonFields split) {
    boolean invert = split.flag("invert", false);
    String behavior = split.requiredText("behavior");
    if (!(behavior.equals("Isolated") || (behavior.equals("Removed") && invert))) {
      throw unsupported(split, "with behavior " + Quote.of(behavior) + ", invert " + invert);
    }
    JsonFields pattern = split.requiredObject("pattern");
    Optional<String> regex = pattern.text("Regex");
    return regex.isPresent() ? regex.get() : Pattern.quote(pattern.requiredText("String"));
  }

  private static TokenizerJsonStyle pieces(List<JsonFields> normalizers, List<JsonFields> cutters) {
    boolean prepend = false;
    boolean escaped = false;
    Optional<Charsmap> charsmap = Optional.empty();
    for (JsonFields step : normalizers) {
      switch (type(step)) {
        case "Prepend" -> {
          if (!step.requiredText("prepend").equals(SPACE)) {
            throw unsupported(step, "of " + Quote.of(step.requiredText("prepend")));
          }
          prepend = true;
        }
        case "Replace" -> {
          Optional<String> what = step.requiredObject("pattern").text("String");
          if (!what.equals(Optional.of(" ")) || !step.requiredText("content").equals(SPACE)) {
            throw unsupported(step, "of anything but a space by " + SPACE);
          }
          escaped = true;
        }
        case "Precompiled" -> charsmap = charsmap(step);
        default -> throw unsupported(step, "without ByteLevel");
      }
    }
    return metaspace(cutters, prepend, escaped, charsmap);
  }

  private static Optional<Charsmap> charsmap(JsonFields step) {
    try {
      byte[] blob = Base64.getDecoder().decode(step.text("precompiled_charsmap").orElse(""));
      return blob.length == 0 ? Optional.empty() : Optional.of(new Charsmap(blob));
    } catch (IllegalArgumentException e) {
      throw new TokenizerException(step.where() + ".precompiled_charsmap: not base64", e);
    }
  }

  private static TokenizerJsonStyle metaspace(
      List<JsonFields> cutters, boolean prepend, boolean escaped, Optional<Charsmap> charsmap) {
    boolean prefix = prepend;
    boolean always = true;
    for (JsonFields cutter : cutters) {
      if (!type(cutter).equals("Metaspace") || prepend || escaped) {
        throw unsupported(cutter, "without ByteLevel");
      }
      if (cutter.flag("split", true) || !cutter.requiredText("replacement").equals(SPACE)) {
        throw unsupported(cutter, "with split, or with a replacement other than " + SPACE);
      }
      String scheme =
          cutter
              .text("prepend_scheme")
              .orElse(cutter.flag("add_prefix_space", true) ? "always" : "never");
      if (Stream.of("always", "first", "never").noneMatch(scheme::equals)) {
        throw unsupported(cutter, "with prepend_scheme " + Quote.of(scheme));
      }
      prefix = !scheme.equals("never");
      always = scheme.equals("always");
      escaped = true;
    }
    if (!escaped) {
      throw new TokenizerException(
          "pre_tokenizer: expected ByteLevel, Metaspace, or a normalizer that replaces spaces by "
              + SPACE
              + "; found neither");
    }
    return new TokenizerJsonStyle(
        Kind.SENTENCEPIECE_BPE, Optional.empty(), prefix, always, charsmap);
  }
}
