package sirocco.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;

/// The hidden folder in which a model's files gather. It becomes the model in one step when all of
/// them are there and checked. What a pull leaves behind that was cut off, the next one finds.
///
/// Whoever has one holds the repository's [PullLock].
final class Staging {
  /// Where those of all models lie.
  static final String FOLDER = ".partial";

  private static final int PIECE = 1 << 20;

  private final Path root;
  private final Manifest manifest;
  private final Path home;
  private final Path folder;

  /// @throws HubException if the cache cannot be written
  Staging(Path root, Manifest manifest) {
    this.root = root;
    this.manifest = manifest;
    String key = manifest.label().key();
    this.home = CacheFiles.directory(root, FOLDER, key, manifest.id());
    this.folder = CacheFiles.directory(home, manifest.label().name());
    CacheFiles.write(home.resolveSibling(manifest.id() + ".json"), manifest.json());
  }

  /// Where a file goes.
  Path place(HubFile file) {
    Path place = SafePath.in(folder, file.path());
    String[] above = file.path().split("/", -1);
    Path parent = folder;
    for (int i = 0; i < above.length - 1; i++) {
      parent = CacheFiles.directory(parent, above[i]);
    }
    return place;
  }

  /// Whether an earlier pull brought it and checked it: before that it has another name.
  boolean has(HubFile file) {
    return CacheFiles.isFile(place(file), file.size());
  }

  /// Bytes of a file that an earlier pull brought.
  long bytes(HubFile file) {
    Path part = place(file).resolveSibling(place(file).getFileName() + ".part");
    try {
      return has(file) ? file.size() : Math.min(file.size(), Files.size(part));
    } catch (IOException e) {
      return 0; // nothing is there
    }
  }

  /// Takes files that the former version of the model has too, after checking them.
  void reuse(Manifest former) {
    Path old = former.folder(root);
    for (HubFile file : manifest.files()) {
      Optional<HubFile> same =
          former.files().stream()
              .filter(f -> f.checksum().equals(file.checksum()) && f.size() == file.size())
              .findFirst();
      if (same.isPresent() && !has(file)) {
        take(SafePath.in(old, same.get().path()), file);
      }
    }
  }

  /// A second name costs neither time nor room; where there are none, fetching it will do.
  private void take(Path from, HubFile file) {
    try {
      if (CacheFiles.isFile(from, file.size()) && checksum(from, file).equals(file.checksum())) {
        Files.createLink(place(file), from);
      }
    } catch (IOException | UnsupportedOperationException e) {
      return;
    }
  }

  private static Checksum checksum(Path from, HubFile file) throws IOException {
    MessageDigest digest = file.checksum().start(file.size());
    byte[] piece = new byte[PIECE];
    try (InputStream in = Files.newInputStream(from)) {
      for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
        digest.update(piece, 0, count);
      }
    }
    return file.checksum().of(digest);
  }

  /// @throws HubException if the disk has less room than is missing
  void requireSpace() {
    long missing = manifest.bytes() - manifest.files().stream().mapToLong(this::bytes).sum();
    long free;
    try {
      free = Files.getFileStore(folder).getUsableSpace();
    } catch (IOException e) {
      return; // the disk will tell when it is full
    }
    if (missing > free) {
      throw new HubException(
          String.format(
              Locale.ROOT,
              "%s: needs %.2f GB more on the disk of %s, which has %.2f GB free; make room, or set"
                  + " SIROCCO_CACHE to a folder elsewhere",
              manifest.label(),
              missing / 1e9,
              root,
              free / 1e9));
    }
  }

  /// Makes the files the model, in the place of its former version.
  void commit() {
    Path target = manifest.home(root);
    CacheFiles.directory(root, manifest.label().owner(), manifest.label().name());
    CacheFiles.discard(root, target);
    CacheFiles.move(home, target);
    publish(root, manifest);
    forget();
  }

  /// Says that the model is there, and removes what nothing refers to any more.
  static void publish(Path root, Manifest manifest) {
    CacheFiles.write(manifest.pointer(root), manifest.json());
    ModelCache.sweep(root, manifest.label());
  }

  /// Removes unfinished versions of the same model.
  private void forget() {
    Path all = home.resolveSibling(".").normalize();
    for (Path note : CacheFiles.list(all)) {
      String name = note.getFileName().toString();
      if (name.endsWith(".json")
          && Manifest.read(note).filter(m -> m.variant().equals(manifest.variant())).isPresent()) {
        CacheFiles.discard(root, all.resolve(name.substring(0, name.length() - 5)));
        CacheFiles.delete(note);
      }
    }
    if (CacheFiles.list(all).isEmpty()) {
      CacheFiles.delete(all);
    }
  }
}
