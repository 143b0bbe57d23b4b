package sirocco.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One GGUF model of a repository: a file, or all the files that it was split into.
///
/// @param stem its path without the number of a part and without `.gguf`
/// @param parts how many files there have to be
/// @param files in their order
record GgufGroup(String stem, int parts, List<String> files) {
  private static final Pattern FILE =
      Pattern.compile(
          "(.+?)(?:-([0-9]{5})-of-([0-9]{5}))?\\.gguf", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  /// What llama.cpp and those who publish with it call their types.
  private static final Pattern QUANTISATION =
      Pattern.compile(
          "(?<![A-Za-z0-9])((?:UD-)?(?:I?Q[1-8]|TQ[12])(?:_[A-Z0-9]+)*|BF16|FP?16|FP?32"
              + "|MXFP4(?:_MOE)?)(?![A-Za-z0-9])",
          Pattern.CASE_INSENSITIVE);

  /// The models among the files of a repository, by name.
  static List<GgufGroup> of(List<String> paths) {
    Map<String, GgufGroup> groups = new TreeMap<>();
    for (String path : paths) {
      Matcher name = FILE.matcher(path);
      if (name.matches()) {
        int parts = name.group(3) == null ? 1 : Integer.parseInt(name.group(3));
        String key = name.group(1) + "/" + parts; // a split model may lie beside a whole one
        groups
            .computeIfAbsent(key, _ -> new GgufGroup(name.group(1), parts, new ArrayList<>()))
            .files
            .add(path);
      }
    }
    return groups.values().stream().map(GgufGroup::sorted).toList();
  }

  private GgufGroup sorted() {
    return new GgufGroup(stem, parts, files.stream().sorted().toList());
  }

  /// Those that a user may mean by a file's name or a quantisation.
  static List<GgufGroup> selected(List<GgufGroup> groups, String selector) {
    if (selector.toLowerCase(Locale.ROOT).endsWith(".gguf")) {
      List<GgufGroup> exact = groups.stream().filter(g -> g.has(selector, true)).toList();
      return exact.isEmpty() ? groups.stream().filter(g -> g.has(selector, false)).toList() : exact;
    }
    List<GgufGroup> carriers =
        groups.stream()
            .filter(g -> g.quantisation().filter(selector::equalsIgnoreCase).isPresent())
            .toList();
    if (carriers.isEmpty()) {
      String end = selector.toLowerCase(Locale.ROOT);
      carriers =
          groups.stream()
              .filter(g -> g.stem.toLowerCase(Locale.ROOT).matches(".*[-._/]" + Pattern.quote(end)))
              .toList();
    }
    List<GgufGroup> models = carriers.stream().filter(GgufGroup::isModel).toList();
    return models.isEmpty() ? carriers : models;
  }

  private boolean has(String selector, boolean exactly) {
    return files.stream()
        .anyMatch(
            exactly
                ? selector::equals
                : p -> p.substring(p.lastIndexOf('/') + 1).equalsIgnoreCase(selector));
  }

  /// Its last word that is a quantisation; of its folder if its own name has none.
  Optional<String> quantisation() {
    int slash = stem.lastIndexOf('/');
    return last(stem.substring(slash + 1)).or(() -> last(stem.substring(0, Math.max(0, slash))));
  }

  private static Optional<String> last(String text) {
    Matcher words = QUANTISATION.matcher(text);
    Optional<String> found = Optional.empty();
    while (words.find()) {
      found = Optional.of(words.group(1));
    }
    return found;
  }

  /// Whether it can stand alone: projections of images and matrices of importance cannot.
  boolean isModel() {
    String file = stem.substring(stem.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    return !file.startsWith("mmproj") && !file.startsWith("imatrix");
  }

  /// The file to open.
  String entry() {
    return files.getFirst();
  }

  void requireWhole(String repository) {
    if (files.size() != parts) {
      throw new HubException(
          repository + ":" + entry() + ": expected " + parts + " parts, found " + files.size());
    }
  }
}
