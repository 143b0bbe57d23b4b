package sirocco.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import sirocco.json.JsonFields;

/// The chat template of a Hugging Face folder: `chat_template.jinja`, or else `chat_template` in
/// `tokenizer_config.json`.
public final class HuggingFaceTemplate {
  private HuggingFaceTemplate() {}

  /// The template of a folder, if it has one.
  public static Optional<String> read(Path folder) {
    Path own = folder.resolve("chat_template.jinja");
    if (Files.exists(own)) {
      return Optional.of(JsonFile.text(own));
    }
    Path config = folder.resolve("tokenizer_config.json");
    return Files.exists(config) ? parse(JsonFile.read(config)) : Optional.empty();
  }

  /// A string, or an array of templates with names: then the one called `default`, or the only one.
  static Optional<String> parse(JsonFields json) {
    Optional<JsonFields> value = json.get("chat_template");
    if (value.isEmpty() || value.get().node().isString()) {
      return value.map(JsonFields::asText);
    }
    List<JsonFields> named = value.get().elements().stream().map(JsonFields::asObject).toList();
    Optional<JsonFields> chosen =
        named.size() == 1
            ? Optional.of(named.getFirst())
            : named.stream().filter(t -> t.text("name").equals(Optional.of("default"))).findFirst();
    return chosen.flatMap(t -> t.text("template"));
  }
}
