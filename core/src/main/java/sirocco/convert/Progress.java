package sirocco.convert;

/// Hears how far a conversion has come.
@FunctionalInterface
public interface Progress {
  /// Another tensor is written.
  ///
  /// @param bytes of it in the target
  /// @param tensor its name in the target
  void written(long bytes, String tensor);
}
