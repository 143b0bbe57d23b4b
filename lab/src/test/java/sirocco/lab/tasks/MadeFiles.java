package sirocco.lab.tasks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Small files in the layouts of benchmarks.
final class MadeFiles {
  private MadeFiles() {}

  /// Writes lines of JSON, in which quotes are single ones for the eye.
  static Path json(Path file, String... rows) {
    return lines(file, String.join("\n", rows).replace('\'', '"'));
  }

  static Path lines(Path file, String... lines) {
    try {
      Files.createDirectories(file.getParent());
      return Files.writeString(file, String.join("\n", lines));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
