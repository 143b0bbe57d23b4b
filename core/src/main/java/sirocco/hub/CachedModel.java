package sirocco.hub;

import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/// A model in the cache.
///
/// @param name its full name, which no other in the cache has
/// @param path what `Engine.open` takes
/// @param hub where it came from
/// @param revision that was asked for
/// @param commit that the revision stood for
/// @param pulled when it was fetched or found to be the latest
public record CachedModel(
    ModelName name,
    Path path,
    URI hub,
    String revision,
    String commit,
    Instant pulled,
    List<HubFile> files) {
  public CachedModel {
    files = List.copyOf(files);
  }

  /// Bytes of all files.
  public long bytes() {
    return files.stream().mapToLong(HubFile::size).sum();
  }
}
