package sirocco.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file of text that a command reads whole.
final class TextFile {
  private TextFile() {}

  /// Its text.
  ///
  /// @throws InputException if it is a folder or no UTF-8
  static String read(Path file) throws IOException {
    try {
      return Files.readString(InputException.notFolder(file), StandardCharsets.UTF_8);
    } catch (CharacterCodingException e) {
      throw new InputException(file + ": expected UTF-8 text");
    }
  }
}
