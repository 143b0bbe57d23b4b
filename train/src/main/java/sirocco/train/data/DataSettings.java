package sirocco.train.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import sirocco.json.JsonFields;

/// The `data` of a recipe.
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
    Known.check(fields, List.of("seed", "deduplicate", "validation", "sources"));
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
    return new DataSettings(fields.integer("seed", 0), deduplicate(fields), validation, sources);
  }

  private static Deduplication.Kind deduplicate(JsonFields fields) {
    String name = fields.text("deduplicate").orElse(Deduplication.Kind.NONE.toString());
    return Arrays.stream(Deduplication.Kind.values())
        .filter(kind -> kind.toString().equals(name))
        .findFirst()
        .orElseThrow(() ->
            fields
                .get("deduplicate")
                .orElse(fields)
                .bad("one of " + Arrays.toString(Deduplication.Kind.values())));
  }
}
