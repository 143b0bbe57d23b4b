package sirocco.train.data;

import java.util.ArrayList;
import java.util.List;
import sirocco.json.JsonFields;
import sirocco.train.recipe.KnownFields;

/// The `data` of a recipe:
///
/// ```yaml
/// data:
///   seed: 7                   # of every order, generator and split; 0 if it is not given
///   deduplicate: near         # none (if it is not given), exact or near: see Deduplication.Kind
///   validation: 0.01          # share of the items of each source held out; 0 if it is not given
///   sources:
///     - path: corpus/wikipedia.jsonl.zst   # .jsonl, .txt (also .zst, .gz) or .parquet
///       weight: 3                          # share of the tokens; 1 if it is not given
///       name: encyclopedia                 # the file's name if it is not given
///       validation: valid/wikipedia.jsonl  # held out instead of a share of this file
///       shuffle: 512                       # records in the window of the shuffle; 1: in order
///       fields: {text: body}               # other names of a record's members
///     - {path: talks.jsonl, learn: answers}  # or all: what of a conversation is learned
///     - {generate: arithmetic, weight: 0.5}  # a generator by its name
/// ```
///
/// @param seed of every order, generator and split
/// @param deduplicate what is left out of the files
/// @param validation share of the items held out, where a source has no file for it
public record DataSettings(
    long seed, Deduplication.Kind deduplicate, double validation, List<SourceSettings> sources) {
  public DataSettings {
    sources = List.copyOf(sources);
  }

  /// Reads `{seed, deduplicate, validation, sources}`.
  ///
  /// @throws RuntimeException of the fields' own kind, naming the member
  public static DataSettings read(JsonFields fields) {
    KnownFields.check(fields, List.of("seed", "deduplicate", "validation", "sources"));
    double validation = fields.real("validation", 0);
    if (!(validation >= 0 && validation < 1)) {
      throw fields.get("validation").orElse(fields).bad("a share from 0 to below 1");
    }
    List<SourceSettings> sources = new ArrayList<>();
    for (JsonFields source : fields.requiredList("sources")) {
      SourceSettings read = SourceSettings.read(source);
      if (sources.stream().anyMatch(other -> other.name().equals(read.name()))) {
        throw source.error("name: expected another than '" + read.name() + "', which was used");
      }
      sources.add(read);
    }
    if (sources.isEmpty()) {
      throw fields.error("sources: expected at least one, found none");
    }
    return new DataSettings(
        fields.integer("seed", 0),
        fields.choice("deduplicate", Deduplication.Kind.class).orElse(Deduplication.Kind.NONE),
        validation,
        sources);
  }
}
