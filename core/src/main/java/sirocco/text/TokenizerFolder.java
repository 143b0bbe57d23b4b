package sirocco.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import sirocco.json.JsonFields;
import sirocco.text.Vocabulary.Token;

/// The tokenizer of a model's folder: one file that says most, and what the files beside it add.
public final class TokenizerFolder {
  /// What lies beside the main file, as Hugging Face and Mistral name it.
  private static final Set<String> OTHERS =
      Set.of(
          "tokenizer.json",
          "tekken.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "chat_template.jinja",
          "chat_template.json");

  private static final Pattern MODEL = Pattern.compile(".*\\.model(\\.v(\\d{1,4})(m\\d+)?)?");

  private final Path folder;

  private TokenizerFolder(Path folder) {
    this.folder = folder;
  }

  /// Whether a folder holds a tokenizer.
  ///
  /// @throws TokenizerException if it cannot be listed
  public static boolean isIn(Path folder) {
    return new TokenizerFolder(folder).main().isPresent();
  }

  /// Copies a tokenizer as it is: nothing is lost that Sirocco has no name for. Only the main one
  /// of several `.model` files goes along, as `tokenizer.model`: Mistral adds its version to the
  /// name, and Hugging Face's readers do not look for that.
  ///
  /// @throws TokenizerException if a file cannot be read or written
  public static void copy(Path from, Path to) {
    try {
      Optional<Path> main = new TokenizerFolder(from).main();
      if (main.isPresent() && MODEL.matcher(main.get().getFileName().toString()).matches()) {
        Files.copy(main.get(), to.resolve("tokenizer.model"));
      }
      for (String name : OTHERS) {
        if (Files.isRegularFile(from.resolve(name))) {
          Files.copy(from.resolve(name), to.resolve(name));
        }
      }
    } catch (IOException e) {
      throw new TokenizerException(from + ": the tokenizer cannot be copied: " + e, e);
    }
  }

  /// Writes a tokenizer that came from elsewhere, in every form that can say all of it.
  ///
  /// @throws TokenizerException if none can, or a file cannot be written
  public static void write(Path folder, Vocabulary vocabulary, Optional<String> chatTemplate) {
    try {
      boolean model =
          vocabulary.kind() == Vocabulary.Kind.SENTENCEPIECE_BPE && writeModel(folder, vocabulary);
      boolean json = writeJson(folder, vocabulary, model);
      Files.write(
          folder.resolve("tokenizer_config.json"),
          TokenizerJsonWriter.config(vocabulary, chatTemplate, json));
    } catch (IOException e) {
      throw new TokenizerException(folder + ": the tokenizer cannot be written: " + e, e);
    }
  }

  /// Whether `tokenizer.model` could be written; `tokenizer.json` may still do.
  private static boolean writeModel(Path folder, Vocabulary vocabulary) throws IOException {
    byte[] content;
    try {
      content = Tokenizers.toModel(vocabulary);
    } catch (TokenizerException e) {
      return false;
    }
    Files.write(folder.resolve("tokenizer.model"), content);
    return true;
  }

  /// Whether `tokenizer.json` could be written.
  ///
  /// @throws TokenizerException if not, and there is no other form either
  private static boolean writeJson(Path folder, Vocabulary vocabulary, boolean otherForm)
      throws IOException {
    byte[] content;
    try {
      content = Tokenizers.toJson(vocabulary);
    } catch (TokenizerException e) {
      if (otherForm) {
        return false;
      }
      throw e;
    }
    Files.write(folder.resolve("tokenizer.json"), content);
    return true;
  }

  static Vocabulary read(Path folder) {
    TokenizerFolder reader = new TokenizerFolder(folder);
    Path main =
        reader
            .main()
            .orElseThrow(() ->
                new TokenizerException(
                    folder
                        + ": expected tokenizer.model, tekken.json or tokenizer.json, found"
                        + " none"));
    Vocabulary vocabulary = Tokenizers.readFile(main);
    if (main.getFileName().toString().contains("tekken")) {
      return vocabulary;
    }
    boolean isJson = main.endsWith("tokenizer.json");
    return reader.withConfig(isJson ? vocabulary : reader.withAdded(vocabulary), isJson);
  }

  private Optional<Path> main() {
    List<Path> models = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      files
          .filter(f -> MODEL.matcher(f.getFileName().toString()).matches())
          .filter(f -> f.getFileName().toString().contains("token"))
          .forEach(models::add);
    } catch (IOException e) {
      throw new TokenizerException(folder + ": cannot be listed: " + e, e);
    }
    models.sort(
        Comparator.comparingInt(TokenizerFolder::version)
            .reversed()
            .thenComparing(Comparator.naturalOrder()));
    List<Path> inOrder = new ArrayList<>();
    Path standard = folder.resolve("tokenizer.model");
    if (!Files.isRegularFile(standard)
        && models.size() > 1
        && version(models.get(0)) == version(models.get(1))) {
      throw new TokenizerException(
          folder
              + ": expected one tokenizer, found "
              + models.get(0).getFileName()
              + " and "
              + models.get(1).getFileName()
              + "; name one of them");
    }
    inOrder.add(standard);
    inOrder.addAll(models);
    inOrder.add(folder.resolve("tekken.json"));
    inOrder.add(folder.resolve("tokenizer.json"));
    return inOrder.stream().filter(Files::isRegularFile).findFirst();
  }

  private static int version(Path file) {
    Matcher name = MODEL.matcher(file.getFileName().toString());
    return name.matches() && name.group(2) != null ? Integer.parseInt(name.group(2)) : 0;
  }

  private Optional<JsonFields> json(String name) {
    Path file = folder.resolve(name);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    return Optional.of(
        Tokenizers.json(
            Tokenizers.bytes(file), message -> new TokenizerException(name + ": " + message)));
  }

  /// Appends the tokens that a fine-tune put behind those of `tokenizer.model`.
  private Vocabulary withAdded(Vocabulary vocabulary) {
    SortedMap<Integer, Token> added = new TreeMap<>();
    json("added_tokens.json").ifPresent(file -> addedTokens(file, added));
    json("tokenizer_config.json")
        .flatMap(config -> config.object("added_tokens_decoder"))
        .ifPresent(decoder -> decoder(decoder, added));
    List<Token> tokens = new ArrayList<>(vocabulary.tokens());
    for (var entry : added.entrySet()) {
      int id = entry.getKey();
      Token token = entry.getValue();
      boolean known = id >= 0 && id < tokens.size() && tokens.get(id).text().equals(token.text());
      if (id > tokens.size() || (id < tokens.size() && !known)) {
        throw new TokenizerException(
            folder.getFileName()
                + ": added token "
                + Quote.of(token.text())
                + ": expected id "
                + tokens.size()
                + ", the next one, found "
                + id);
      }
      if (!known) {
        tokens.add(token);
      }
    }
    return vocabulary.withTokens(tokens);
  }

  private static void addedTokens(JsonFields file, Map<Integer, Token> added) {
    for (var entry : file.members()) {
      int id = entry.getValue().asInteger();
      added.put(id, new Token(entry.getKey(), 0, Vocabulary.Type.USER_DEFINED));
    }
  }

  private static void decoder(JsonFields decoder, Map<Integer, Token> added) {
    for (var entry : decoder.members()) {
      JsonFields token = entry.getValue();
      boolean special = token.flag("special", false);
      String content = token.requiredText("content");
      try {
        added.put(
            Integer.parseUnsignedInt(entry.getKey()),
            new Token(
                content, 0, special ? Vocabulary.Type.CONTROL : Vocabulary.Type.USER_DEFINED));
      } catch (NumberFormatException e) {
        throw new TokenizerException(token.where() + ": expected an id as the key", e);
      }
    }
  }

  /// What `tokenizer_config.json` says about the ends of a text, and for a `tokenizer.model` where
  /// Hugging Face puts the dummy prefix.
  private Vocabulary withConfig(Vocabulary vocabulary, boolean isJson) {
    Optional<JsonFields> found = json("tokenizer_config.json");
    if (found.isEmpty()) {
      return vocabulary;
    }
    JsonFields config = found.get();
    Map<String, Integer> ids = new HashMap<>();
    for (int id = 0; id < vocabulary.tokens().size(); id++) {
      Vocabulary.Type type = vocabulary.tokens().get(id).type();
      if (type == Vocabulary.Type.CONTROL || type == Vocabulary.Type.USER_DEFINED) {
        ids.put(vocabulary.tokens().get(id).text(), id);
      }
    }
    OptionalInt bos = id(config, "bos_token", ids, vocabulary.bos());
    OptionalInt eos = id(config, "eos_token", ids, vocabulary.eos());
    OptionalInt pad = id(config, "pad_token", ids, vocabulary.pad());
    boolean prefixAfterControl =
        isJson ? vocabulary.prefixAfterControl() : prefixAfterControl(config);
    return vocabulary.withEnds(
        config.flag("add_bos_token", vocabulary.addBos()) && bos.isPresent(),
        config.flag("add_eos_token", vocabulary.addEos()) && eos.isPresent(),
        bos,
        eos,
        pad,
        prefixAfterControl);
  }

  /// A token's name stands there as such or as an object with its `content`.
  private static OptionalInt id(
      JsonFields config, String name, Map<String, Integer> ids, OptionalInt otherwise) {
    if (!config.has(name)) {
      return otherwise;
    }
    String text =
        config.node().path(name).isObject()
            ? config.requiredObject(name).requiredText("content")
            : config.requiredText(name);
    Integer id = ids.get(text);
    return id == null ? otherwise : OptionalInt.of(id);
  }

  /// As the `tokenizer.json` beside it does, else as `legacy` says.
  private boolean prefixAfterControl(JsonFields config) {
    boolean legacy = config.flag("legacy", true);
    try {
      return json("tokenizer.json")
          .map(root -> TokenizerJsonStyle.read(root).prefixAfterControl())
          .orElse(legacy);
    } catch (TokenizerException e) {
      // That file is not the one being read; it may hold what is not supported.
      return legacy;
    }
  }
}
