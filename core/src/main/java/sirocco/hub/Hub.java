package sirocco.hub;

import java.nio.file.Path;
import java.util.Optional;

/// Fetches models from a Hugging Face style hub into the cache on this computer.
///
/// ```java
/// Hub hub = Hub.of(HubOptions.ofEnvironment());
/// Path path = hub.pull(ModelName.parse("owner/name:Q4_K_M"), PullProgress.NONE);
/// try (var engine = Engine.open(path)) {
///   engine.generate("Once upon a time", SamplingSettings.greedy(), System.out::print);
/// }
/// ```
///
/// Files gather in a hidden folder; only when all of them are there, and come to the checksums that
/// the hub lists, the model appears, in one step. A pull that is cut off, be it by `kill -9`,
/// leaves nothing that could be taken for a model, and the next one goes on where it ended. Many
/// threads may use one.
public final class Hub {
  /// The revision where none is named.
  public static final String MAIN = "main";

  private final HubOptions options;

  private Hub(HubOptions options) {
    this.options = options;
  }

  public static Hub of(HubOptions options) {
    return new Hub(options);
  }

  /// Fetches the latest version of a model, or what has changed of it.
  ///
  /// @return what `Engine.open` takes
  /// @throws HubException if that is not possible; what has arrived is kept. So it is when the
  ///   thread is interrupted, and it stays interrupted.
  public Path pull(ModelName name, PullProgress progress) {
    return pull(name, MAIN, progress);
  }

  /// Fetches a model as it is at a branch, a tag or a commit.
  ///
  /// @return what `Engine.open` takes
  /// @throws HubException as the other `pull`
  public Path pull(ModelName name, String revision, PullProgress progress) {
    Path root = options.cache().root();
    try (var client = new HubClient(options)) {
      Listing listing = Listing.of(client, name, revision, progress);
      Choice choice = Choice.of(listing);
      Manifest manifest = Manifest.of(options.hub(), revision, listing, choice);
      try (PullLock _ = PullLock.take(root, name, progress)) {
        if (manifest.isWhole(root)) {
          Staging.publish(root, manifest);
        } else {
          fetch(client, listing, manifest, progress);
        }
      }
      return manifest.entry(root);
    }
  }

  private static void fetch(
      HubClient client, Listing listing, Manifest manifest, PullProgress progress) {
    Path root = client.options().cache().root();
    var staging = new Staging(root, manifest);
    former(root, manifest).ifPresent(staging::reuse);
    staging.requireSpace();
    long there = manifest.files().stream().mapToLong(staging::bytes).sum();
    progress.begins(manifest.label().toString(), manifest.bytes(), there);
    for (HubFile file : manifest.files()) {
      if (!staging.has(file)) {
        new Download(client, listing, file, progress).to(staging.place(file));
      }
    }
    staging.commit();
  }

  /// The version that is there; one whose description is damaged is replaced without a look.
  private static Optional<Manifest> former(Path root, Manifest manifest) {
    try {
      return Manifest.read(manifest.pointer(root));
    } catch (HubException e) {
      return Optional.empty();
    }
  }
}
