package sirocco.hub;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sirocco.hub.Listing.Entry;

/// Which files of a repository make the model that was asked for.
///
/// @param label its full name: `owner/name`, or with a quantisation or file if it is a GGUF model
/// @param variant what tells it from the others of its repository; safe as a file's name
/// @param entry the file to open; empty if that is the folder
/// @param files in the order in which they are fetched: the folder cannot be opened before the last
record Choice(String label, String variant, String entry, List<HubFile> files) {
  /// The variant that is a folder of safetensors.
  static final String FOLDER = "model";

  private static final int MOST_FILES = 4096;
  private static final int MOST_NAMES = 24;

  /// Without one of these a folder is no model, so they come last.
  private static final Set<String> KEYS =
      Set.of("config.json", "params.json", "adapter_config.json");

  /// What lies beside the weights in a Hugging Face folder or a Mistral one.
  private static final Pattern BESIDE =
      Pattern.compile(
          "(generation_config|tokenizer_config|special_tokens_map"
              + "|added_tokens|tokenizer|tekken|vocab|chat_template|quantization_config)\\.json"
              + "|merges\\.txt|chat_template\\.jinja|[a-z_]{0,40}token[a-z_]{0,40}\\.model(\\.v[0-9]+(m[0-9]+)?)?");

  private static final String INDEX = "model.safetensors.index.json";
  private static final Pattern SHARD = Pattern.compile("model-[0-9]{5}-of-[0-9]{5}\\.safetensors");
  private static final Pattern CONSOLIDATED =
      Pattern.compile("consolidated[A-Za-z0-9._-]*\\.safetensors(\\.index\\.json)?");

  /// @throws HubException if there is no such model; the message lists what there is
  static Choice of(Listing listing) {
    List<GgufGroup> ggufs = GgufGroup.of(listing.entries().stream().map(Entry::path).toList());
    Optional<String> selector = listing.name().selector();
    if (selector.isPresent()) {
      return gguf(listing, selected(listing.name(), ggufs, selector.get()), ggufs);
    }
    List<Entry> folder = folder(listing.entries());
    if (!folder.isEmpty()) {
      return checked(listing.name().repository(), FOLDER, "", folder);
    }
    List<GgufGroup> models = ggufs.stream().filter(GgufGroup::isModel).toList();
    if (models.size() == 1) {
      return gguf(listing, models.getFirst(), ggufs);
    }
    throw nothing(listing, models);
  }

  private static HubException nothing(Listing listing, List<GgufGroup> models) {
    String name = listing.name().repository();
    if (models.isEmpty()) {
      List<String> paths = listing.entries().stream().map(Entry::path).toList();
      return new HubException(
          name
              + ": expected safetensors with their config.json, or a .gguf file, found "
              + (paths.isEmpty() ? "no file" : shown(paths)));
    }
    return new HubException(
        name + ": has several models, name one of them: " + shown(labels(name, models)));
  }

  /// A folder's files, if the repository has safetensors: Hugging Face's, else Mistral's own.
  private static List<Entry> folder(List<Entry> entries) {
    Map<String, Entry> names = new HashMap<>();
    entries.forEach(e -> names.putIfAbsent(e.path(), e));
    List<String> keys =
        Stream.of("config.json", "adapter_config.json").filter(names::containsKey).toList();
    List<String> weights = keys.isEmpty() ? List.of() : huggingFace(names.keySet());
    if (weights.isEmpty() && names.containsKey("params.json")) {
      keys = List.of("params.json");
      weights = names.keySet().stream().filter(n -> CONSOLIDATED.matcher(n).matches()).toList();
    }
    if (weights.isEmpty()) {
      return List.of();
    }
    Stream<String> beside = names.keySet().stream().filter(n -> BESIDE.matcher(n).matches());
    return Stream.of(weights.stream(), keys.stream(), beside)
        .flatMap(paths -> paths)
        .map(path -> Objects.requireNonNull(names.get(path)))
        .toList();
  }

  /// The weights in Hugging Face's layout.
  private static List<String> huggingFace(Set<String> names) {
    if (names.contains(INDEX)) {
      return names.stream().filter(n -> n.equals(INDEX) || SHARD.matcher(n).matches()).toList();
    }
    if (names.contains("model.safetensors")) {
      return List.of("model.safetensors");
    }
    return names.stream()
        .filter(n -> n.endsWith(".safetensors") && n.indexOf('/') < 0)
        .filter(n -> !CONSOLIDATED.matcher(n).matches())
        .toList();
  }

  private static GgufGroup selected(ModelName name, List<GgufGroup> ggufs, String selector) {
    List<GgufGroup> found = GgufGroup.selected(ggufs, selector);
    if (found.size() == 1) {
      return found.getFirst();
    }
    String repository = name.repository();
    if (found.isEmpty()) {
      throw new HubException(
          repository
              + ": has no GGUF model "
              + selector
              + (ggufs.isEmpty()
                  ? ", nor any other"
                  : "; it has " + shown(labels(repository, ggufs))));
    }
    throw new HubException(
        repository
            + ": has several models "
            + selector
            + ", name one by its file: "
            + shown(found.stream().map(GgufGroup::entry).sorted().toList()));
  }

  /// Whether a selector may mean a model of these files.
  static boolean selects(List<HubFile> files, String selector) {
    List<String> paths = files.stream().map(HubFile::path).toList();
    return !GgufGroup.selected(GgufGroup.of(paths), selector).isEmpty();
  }

  private static Choice gguf(Listing listing, GgufGroup group, List<GgufGroup> all) {
    group.requireWhole(listing.name().repository());
    String variant = group.stem().replace("/", "--") + ".gguf";
    String label = label(listing.name().repository(), group, all);
    List<Entry> files =
        listing.entries().stream().filter(e -> group.files().contains(e.path())).toList();
    return checked(label, variant, group.entry(), files);
  }

  /// The shortest name that means this one and no other.
  private static String label(String repository, GgufGroup group, List<GgufGroup> all) {
    Optional<String> quant = group.quantisation();
    boolean unique =
        quant.isPresent() && GgufGroup.selected(all, quant.get()).equals(List.of(group));
    return repository + ":" + (unique ? quant.get() : group.entry());
  }

  private static List<String> labels(String repository, List<GgufGroup> groups) {
    return groups.stream().map(g -> label(repository, g, groups)).sorted().toList();
  }

  private static String shown(List<String> names) {
    return names.stream().limit(MOST_NAMES).collect(Collectors.joining(", "))
        + (names.size() > MOST_NAMES ? " and " + (names.size() - MOST_NAMES) + " more" : "");
  }

  /// In order, each with what is needed to check it.
  private static Choice checked(String label, String variant, String entry, List<Entry> entries) {
    if (entries.size() > MOST_FILES) {
      throw new HubException(
          label + ": expected at most " + MOST_FILES + " files, found " + entries.size());
    }
    List<HubFile> files = new ArrayList<>();
    Set<String> places = new HashSet<>();
    for (Entry listed : entries) {
      HubFile file = listed.file();
      if (!places.add(SafePath.folded(file.path()))) {
        throw new HubException(
            label + ": the hub lists " + file.path() + " twice, be it in other letters");
      }
      files.add(file);
    }
    files.sort(
        Comparator.comparing((HubFile f) -> KEYS.contains(f.path()) || f.path().equals(entry))
            .thenComparing(f -> !f.path().endsWith(".json"))
            .thenComparing(HubFile::path));
    return new Choice(label, variant, entry, List.copyOf(files));
  }
}
