package sirocco.hub;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The folder where models are kept that were fetched.
///
/// ```
/// owner/name/model.json, owner/name/FILE.gguf.json   what is there, one file a model
/// owner/name/ID/name/                                its files
/// .partial/  .locks/  .trash/                        unfinished pulls, who pulls, what is being deleted
/// ```
public final class ModelCache {
  private final Path root;

  private ModelCache(Path root) {
    this.root = root;
  }

  /// The cache in a folder, which need not be there yet.
  public static ModelCache of(Path root) {
    return new ModelCache(root.toAbsolutePath().normalize());
  }

  /// The cache of this user: `SIROCCO_CACHE`, else `sirocco/models` in the user's cache folder.
  ///
  /// @throws HubException if there is no such folder
  public static ModelCache ofEnvironment() {
    return of(folder(System.getenv(), System.getProperty("user.home", "?")));
  }

  static Path folder(Map<String, String> environment, String home) {
    String own = environment.getOrDefault("SIROCCO_CACHE", "");
    if (!own.isEmpty()) {
      return Path.of(own);
    }
    return ofUser(environment, home)
        .map(base -> base.resolve("models"))
        .orElseThrow(() ->
            new HubException("there is no folder to keep models in; set SIROCCO_CACHE to one"));
  }

  /// Sirocco's folder for what can be made or fetched again (XDG Base Directory Specification), if
  /// there is one: `$XDG_CACHE_HOME/sirocco`, else `~/.cache/sirocco`.
  public static Optional<Path> ofUser(Map<String, String> environment, String home) {
    String set = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path base = set.isEmpty() ? Path.of(home, ".cache") : Path.of(set);
    // A relative XDG_CACHE_HOME is to be ignored; Java's home is `?` where there is none.
    return base.isAbsolute() ? Optional.of(base.resolve("sirocco")) : Optional.empty();
  }

  public Path root() {
    return root;
  }

  /// What `Engine.open` takes, if the model is there and whole.
  ///
  /// @param name the full name, or less where only one model can be meant: without a quantisation,
  ///   or with that of the only file that carries it
  /// @throws HubException if several can be meant; the message names them
  public Optional<Path> find(ModelName name) {
    return manifest(name).map(m -> m.entry(root));
  }

  /// The same with all that is known of it.
  public Optional<CachedModel> model(ModelName name) {
    return manifest(name).map(this::shown);
  }

  private Optional<Manifest> manifest(ModelName name) {
    List<Manifest> found = matching(whole(manifests(name)), name);
    if (found.size() > 1) {
      throw new HubException(
          name
              + ": several models were pulled, name one of them: "
              + found.stream().map(m -> m.label().toString()).collect(Collectors.joining(", ")));
    }
    return found.stream().findFirst();
  }

  private static List<Manifest> matching(List<Manifest> all, ModelName name) {
    if (name.selector().isEmpty()) {
      List<Manifest> folders = all.stream().filter(m -> m.variant().equals(Choice.FOLDER)).toList();
      return folders.isEmpty() ? all : folders;
    }
    String selector = name.selector().get();
    List<Manifest> exact =
        all.stream()
            .filter(m -> m.label().selector().filter(selector::equalsIgnoreCase).isPresent())
            .toList();
    return exact.isEmpty()
        ? all.stream().filter(m -> Choice.selects(m.files(), selector)).toList()
        : exact;
  }

  private List<Manifest> whole(List<Manifest> all) {
    return all.stream().filter(m -> m.isWhole(root)).toList();
  }

  private List<Manifest> manifests(ModelName name) {
    return manifests(root.resolve(name.owner()).resolve(name.name()));
  }

  /// What a folder's pointers say, as long as they lie where they belong.
  private List<Manifest> manifests(Path folder) {
    List<Manifest> found = new ArrayList<>();
    for (Path file : CacheFiles.list(folder)) {
      String name = file.getFileName().toString();
      if (name.endsWith(".json") && !name.startsWith(".")) {
        Manifest.read(file).filter(m -> m.pointer(root).equals(file)).ifPresent(found::add);
      }
    }
    return found;
  }

  /// All models that are there and whole, by name.
  ///
  /// @throws HubException if the folder cannot be read
  public List<CachedModel> models() {
    List<CachedModel> found = new ArrayList<>();
    for (Path owner : CacheFiles.list(root)) {
      if (!owner.getFileName().toString().startsWith(".")) {
        for (Path name : CacheFiles.list(owner)) {
          whole(manifests(name)).forEach(m -> found.add(shown(m)));
        }
      }
    }
    return List.copyOf(found);
  }

  private CachedModel shown(Manifest m) {
    return new CachedModel(
        m.label(), m.entry(root), m.hub(), m.revision(), m.commit(), m.pulled(), m.files());
  }

  /// All models of which only a part is there.
  public List<PartialModel> partials() {
    List<PartialModel> found = new ArrayList<>();
    for (Path folder : CacheFiles.list(root.resolve(Staging.FOLDER))) {
      for (Path note : notes(folder)) {
        Manifest.read(note)
            .ifPresent(m ->
                found.add(
                    new PartialModel(
                        m.label(),
                        CacheFiles.bytes(folder.resolve(m.id()).resolve(m.label().name())),
                        m.bytes(),
                        m.revision(),
                        m.pulled())));
      }
    }
    return List.copyOf(found);
  }

  private static List<Path> notes(Path folder) {
    return CacheFiles.list(folder).stream()
        .filter(f -> f.getFileName().toString().endsWith(".json"))
        .toList();
  }

  /// Removes a model. A program that has it open may keep it until it ends.
  ///
  /// @return what was removed
  /// @throws HubException if it is not there, several can be meant, or it is being pulled
  public CachedModel remove(ModelName name) {
    Manifest manifest =
        manifest(name)
            .orElseThrow(() ->
                new HubException(name + ": is not in the cache, " + root + among(names(name))));
    try (PullLock _ = PullLock.takeAtOnce(root, name)) {
      // Without its pointer it is not there any more, whatever happens next.
      CacheFiles.delete(manifest.pointer(root));
      sweep(root, name);
      return shown(manifest);
    }
  }

  private List<String> names(ModelName name) {
    return manifests(name).stream().map(m -> m.label().toString()).toList();
  }

  private static String among(List<String> names) {
    return names.isEmpty() ? "" : "; there is " + String.join(", ", names);
  }

  /// Removes what unfinished pulls left.
  ///
  /// @param name of which repository; of all if it is empty
  /// @return bytes that were freed
  /// @throws HubException if one of them is going on
  public long removePartials(Optional<ModelName> name) {
    long freed = 0;
    Set<ModelName> repositories = new HashSet<>();
    for (PartialModel partial : partials()) {
      ModelName repository = repository(partial.name());
      if (name.isEmpty() || repository(name.get()).equals(repository)) {
        repositories.add(repository);
      }
    }
    for (ModelName repository : repositories) {
      try (PullLock _ = PullLock.takeAtOnce(root, repository)) {
        Path folder = root.resolve(Staging.FOLDER).resolve(repository.key());
        freed += CacheFiles.bytes(folder);
        CacheFiles.discard(root, folder);
      }
    }
    return freed;
  }

  private static ModelName repository(ModelName name) {
    return new ModelName(name.owner(), name.name(), Optional.empty());
  }

  /// Removes files of a repository that no pointer refers to, and what was being deleted when a
  /// process was killed. Only for the holder of its lock.
  static void sweep(Path root, ModelName name) {
    Path folder = root.resolve(name.owner()).resolve(name.name());
    Set<Path> used = new HashSet<>();
    try {
      new ModelCache(root).manifests(folder).forEach(m -> used.add(m.home(root)));
    } catch (HubException e) {
      return; // a damaged pointer may refer to anything
    }
    for (Path inside : CacheFiles.list(folder)) {
      if (CacheFiles.isDirectory(inside) && !used.contains(inside)) {
        CacheFiles.discard(root, inside);
      }
    }
    for (Path empty : List.of(folder, root.resolve(name.owner()))) {
      if (CacheFiles.list(empty).isEmpty()) {
        CacheFiles.delete(empty);
      }
    }
    CacheFiles.list(root.resolve(".trash")).forEach(CacheFiles::delete);
  }
}
