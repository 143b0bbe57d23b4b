package sirocco.train.data;

import java.util.List;
import java.util.Optional;
import sirocco.json.JsonFields;
import sirocco.train.data.Tokenization.Learn;
import sirocco.train.recipe.KnownFields;

/// One of a recipe's `data.sources`.
///
/// @param name its part of the mixture; the file's or generator's name if none is given
/// @param origin where its items come from
/// @param weight its share of the tokens, beside the weights of the others
/// @param learn what of its conversations is learned
public record SourceSettings(String name, Origin origin, double weight, Learn learn) {
  /// Where items come from.
  public sealed interface Origin {}

  /// A file.
  ///
  /// @param path absolute, or from the recipe's folder
  /// @param validation a file with what is held out; if none, part of this one is
  /// @param fields what the members of its records are called
  /// @param shuffle records that the shuffle holds; 1 keeps the order
  public record FromFile(String path, Optional<String> validation, FieldNames fields, int shuffle)
      implements Origin {}

  /// A generator, by its name.
  ///
  /// @param passages files with natural text for it, absolute, or from the recipe's folder
  public record Generated(String generator, List<String> passages) implements Origin {
    public Generated {
      passages = List.copyOf(passages);
    }
  }

  /// Reads `{path | generate, name, weight, learn, passages, validation, fields, shuffle}`.
  ///
  /// @throws RuntimeException of the fields' own kind, naming the member
  static SourceSettings read(JsonFields fields) {
    boolean generated = fields.has("generate");
    if (generated == fields.has("path")) {
      throw fields.bad("either path or generate");
    }
    KnownFields.check(
        fields,
        generated
            ? List.of("generate", "name", "weight", "learn", "passages")
            : List.of("path", "name", "weight", "learn", "validation", "fields", "shuffle"));
    Origin origin = generated ? generated(fields) : file(fields);
    return new SourceSettings(
        fields.text("name").orElse(usualName(origin)),
        origin,
        weight(fields),
        fields.choice("learn", Learn.class).orElse(Learn.ANSWERS));
  }

  private static double weight(JsonFields fields) {
    double weight = fields.real("weight", 1);
    if (!(weight > 0)) {
      throw fields.get("weight").orElse(fields).bad("a positive number");
    }
    return weight;
  }

  private static Generated generated(JsonFields fields) {
    return new Generated(
        fields.requiredText("generate"),
        fields.list("passages").stream().map(JsonFields::asText).toList());
  }

  private static FromFile file(JsonFields fields) {
    int shuffle = fields.integer("shuffle", FileSource.USUAL_WINDOW);
    if (shuffle < 1) {
      throw fields.error("shuffle: expected a positive number of records, found " + shuffle);
    }
    return new FromFile(
        fields.requiredText("path"),
        fields.text("validation"),
        fields.object("fields").map(SourceSettings::names).orElse(FieldNames.USUAL),
        shuffle);
  }

  private static FieldNames names(JsonFields fields) {
    KnownFields.check(
        fields, List.of("text", "messages", "prompt", "response", "chosen", "rejected"));
    FieldNames usual = FieldNames.USUAL;
    return new FieldNames(
        fields.text("text").orElse(usual.text()),
        fields.text("messages").orElse(usual.messages()),
        fields.text("prompt").orElse(usual.prompt()),
        fields.text("response").orElse(usual.response()),
        fields.text("chosen").orElse(usual.chosen()),
        fields.text("rejected").orElse(usual.rejected()));
  }

  /// `wikipedia` of `corpus/wikipedia.jsonl.zst`.
  private static String usualName(Origin origin) {
    return switch (origin) {
      case Generated generated -> generated.generator();
      case FromFile file -> {
        String name = file.path().substring(file.path().lastIndexOf('/') + 1);
        yield name.replaceFirst("\\.(jsonl|txt|parquet)(\\.(zst|gz))?$", "");
      }
    };
  }
}
