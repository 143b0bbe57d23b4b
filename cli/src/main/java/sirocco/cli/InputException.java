package sirocco.cli;

import java.io.Serial;
import java.nio.file.Files;
import java.nio.file.Path;

/// What a user gave makes no sense. The message is one line that says where.
final class InputException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  InputException(String message) {
    super(message);
  }

  /// A file to read, unless it is a folder, which Java refuses without saying which.
  static Path notFolder(Path file) {
    if (Files.isDirectory(file)) {
      throw new InputException(file + ": is a folder, expected a file");
    }
    return file;
  }
}
