package sirocco.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// What the small files around a Hugging Face tokenizer say: `tokenizer_config.json` and
/// `chat_template.jinja`.
///
/// @param chatTemplate Jinja
/// @param bos spelling of the token that opens a text
/// @param eos spelling of the token that ends one
record HuggingFaceTokenizerConfig(
    Optional<String> chatTemplate, Optional<String> bos, Optional<String> eos) {

  /// Reads what the folder has of them.
  static HuggingFaceTokenizerConfig read(Path folder) {
    Optional<HuggingFaceTokenizerConfig> config =
        Optional.of(folder.resolve("tokenizer_config.json"))
            .filter(Files::exists)
            .map(file -> parse(JsonFile.read(file)));
    // A template in its own file replaces the one inside, as in transformers.
    Optional<String> own =
        Optional.of(folder.resolve("chat_template.jinja"))
            .filter(Files::exists)
            .map(JsonFile::text);
    return new HuggingFaceTokenizerConfig(
        own.or(() -> config.flatMap(c -> c.chatTemplate)),
        config.flatMap(c -> c.bos),
        config.flatMap(c -> c.eos));
  }

  static HuggingFaceTokenizerConfig parse(JsonFields json) {
    return new HuggingFaceTokenizerConfig(
        chatTemplate(json), token(json, "bos_token"), token(json, "eos_token"));
  }

  /// A string, or an array of templates with names: then the one called `default`, or the only one.
  private static Optional<String> chatTemplate(JsonFields json) {
    Optional<JsonNode> value = json.get("chat_template");
    if (value.isEmpty() || value.get().isString()) {
      return value.map(JsonNode::stringValue);
    }
    List<JsonFields> named =
        json.array("chat_template").stream().map(n -> json.object("chat_template", n)).toList();
    Optional<JsonFields> chosen =
        named.size() == 1
            ? Optional.of(named.getFirst())
            : named.stream().filter(t -> t.text("name").equals(Optional.of("default"))).findFirst();
    return chosen.flatMap(t -> t.text("template"));
  }

  /// A string, or an object whose `content` it is.
  private static Optional<String> token(JsonFields json, String name) {
    Optional<JsonNode> value = json.get(name);
    if (value.isPresent() && value.get().isObject()) {
      return json.object(name, value.get()).text("content");
    }
    return json.text(name);
  }
}
