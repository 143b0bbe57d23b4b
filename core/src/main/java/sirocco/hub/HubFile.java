package sirocco.hub;

/// A file of a model, as the hub lists it.
///
/// @param path inside the repository, with `/` between folders
/// @param size in bytes
public record HubFile(String path, long size, Checksum checksum) {
  /// 1 PiB: no file is larger, and sums of a few thousand stay inside a long.
  static final long MAX_SIZE = 1L << 50;

  /// @throws HubException if the path could leave the model's folder or name something else than a
  ///   file, or the size makes no sense
  public HubFile {
    SafePath.require(path);
    if (size < 0 || size > MAX_SIZE) {
      throw new HubException(path + ": expected a size of 0 to " + MAX_SIZE + ", found " + size);
    }
  }
}
