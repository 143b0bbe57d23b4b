package sirocco.hub;

/// Hears how far a pull is. All calls come from the thread that pulls.
public interface PullProgress {
  /// Hears nothing.
  PullProgress NONE = new PullProgress() {};

  /// What is to be fetched is known.
  ///
  /// @param model its name, `owner/name:Q4_K_M`
  /// @param total bytes of all files
  /// @param there bytes of them that an earlier pull brought
  default void begins(String model, long total, long there) {}

  /// Bytes of a file arrived.
  ///
  /// @param bytes how many; negative if a file has to start over
  default void advances(String file, long bytes) {}

  /// Something a user wants to know: who is being waited for, what is tried again and why.
  default void notes(String message) {}
}
