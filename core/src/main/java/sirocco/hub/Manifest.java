package sirocco.hub;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import sirocco.json.JsonFields;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a model in the cache is: its files, where they came from and when.
///
/// @param label its full name, `owner/name:Q4_K_M`
/// @param variant tells it from the others of its repository
/// @param entry the file to open; empty if that is the folder
/// @param revision that was asked for
/// @param commit that it stood for
/// @param pulled when it was fetched or last looked after
record Manifest(
    ModelName label,
    String variant,
    String entry,
    URI hub,
    String revision,
    String commit,
    Instant pulled,
    List<HubFile> files) {
  private static final int FORMAT = 1;
  private static final long MAX_BYTES = 16L << 20;

  static Manifest of(URI hub, String revision, Listing listing, Choice choice) {
    return new Manifest(
        ModelName.parse(choice.label()),
        choice.variant(),
        choice.entry(),
        hub,
        revision,
        listing.commit(),
        Instant.now(),
        choice.files());
  }

  /// Names the folder of its files: the same only for the same files with the same bytes.
  String id() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (HubFile file : files) {
        String line = file.path() + "\n" + file.size() + " " + file.checksum() + "\n";
        digest.update(line.getBytes(StandardCharsets.UTF_8));
      }
      digest.update(variant.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  long bytes() {
    return files.stream().mapToLong(HubFile::size).sum();
  }

  /// Where the cache keeps its files: the last folder has the model's own name, as programs show
  /// it.
  Path folder(Path root) {
    return home(root).resolve(label.name());
  }

  /// What appears and goes in one step.
  Path home(Path root) {
    return root.resolve(label.owner()).resolve(label.name()).resolve(id());
  }

  /// The file that says that it is there.
  Path pointer(Path root) {
    return root.resolve(label.owner()).resolve(label.name()).resolve(variant + ".json");
  }

  /// What is to be opened.
  Path entry(Path root) {
    return entry.isEmpty() ? folder(root) : SafePath.in(folder(root), entry);
  }

  /// Whether every file is where it belongs, with its size.
  boolean isWhole(Path root) {
    Path folder = folder(root);
    return files.stream().allMatch(f -> CacheFiles.isFile(SafePath.in(folder, f.path()), f.size()));
  }

  /// Reads one that this package wrote; empty if there is none.
  ///
  /// @throws HubException if it is damaged
  static Optional<Manifest> read(Path file) {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new HubException(file + ": expected a small file of Sirocco's; remove it");
      }
      return Optional.of(of(HubJson.parse(Files.readAllBytes(file), file.toString()).asObject()));
    } catch (IOException e) {
      throw CacheFiles.cannot("cannot be read", file, e);
    }
  }

  private static Manifest of(JsonFields json) {
    if (json.requiredInteger("format") != FORMAT) {
      throw json.error("format: expected 1; another version of Sirocco wrote it");
    }
    List<HubFile> files = json.requiredList("files").stream().map(Manifest::file).toList();
    try {
      return new Manifest(
          ModelName.parse(json.requiredText("name")),
          safe(json.requiredText("variant")),
          json.requiredText("entry"),
          HubOptions.address(json.requiredText("hub")),
          json.requiredText("revision"),
          json.requiredText("commit"),
          Instant.parse(json.requiredText("pulled")),
          files);
    } catch (DateTimeException e) {
      throw json.error("pulled: expected a time, found something else");
    }
  }

  private static String safe(String variant) {
    SafePath.require(variant);
    return variant;
  }

  private static HubFile file(JsonFields json) {
    String[] checksum = json.requiredText("checksum").split(":", -1);
    try {
      var kind = Checksum.Kind.valueOf(checksum[0].toUpperCase(Locale.ROOT));
      return new HubFile(
          json.requiredText("path"),
          Long.parseLong(json.requiredText("size")),
          new Checksum(kind, checksum.length == 2 ? checksum[1] : ""));
    } catch (IllegalArgumentException e) {
      throw json.error("expected a size and a checksum: " + e.getMessage());
    }
  }

  byte[] json() {
    ObjectNode root =
        HubJson.object()
            .put("format", FORMAT)
            .put("name", label.toString())
            .put("variant", variant)
            .put("entry", entry)
            .put("hub", hub.toString())
            .put("revision", revision)
            .put("commit", commit)
            .put("pulled", pulled.toString());
    ArrayNode list = root.putArray("files");
    for (HubFile file : files) {
      list.addObject()
          .put("path", file.path())
          .put("size", String.valueOf(file.size()))
          .put("checksum", file.checksum().toString());
    }
    return HubJson.bytes(root);
  }
}
