package sirocco.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/// The folder `shared` beside the repository: reference models and data that are not part of it.
public final class Shared {
  private Shared() {}

  /// The path of a file or folder in it; the test is skipped where it is not there.
  ///
  /// @param relative such as `goldens/mixtral-small`
  public static Path require(String relative) {
    String set = System.getenv("SIROCCO_SHARED");
    if (set != null && Files.exists(Path.of(set, relative))) {
      return Path.of(set, relative);
    }
    for (Path at = Path.of(System.getProperty("user.dir")).toAbsolutePath();
        at != null;
        at = at.getParent()) {
      Path shared = at.resolve("shared");
      if (Files.isDirectory(shared.resolve("goldens")) && Files.exists(shared.resolve(relative))) {
        return shared.resolve(relative);
      }
    }
    return Assumptions.abort("skipped: ../shared is not here");
  }
}
