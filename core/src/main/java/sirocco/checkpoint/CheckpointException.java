package sirocco.checkpoint;

import java.io.Serial;
import java.nio.file.Path;

/// A model file cannot be read or written. The message is one line: file, place, expected, found.
public final class CheckpointException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /// Names in a hostile file may be megabytes long.
  private static final int MAX_LENGTH = 1000;

  public CheckpointException(Path file, String message) {
    super(line(file + ": " + message));
  }

  public CheckpointException(Path file, String message, Throwable cause) {
    super(line(file + ": " + message), cause);
  }

  /// Files choose the names in a message, so what could break or forge a line is written as an
  /// escape.
  private static String line(String text) {
    var line = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (line.length() >= MAX_LENGTH) {
        return line.append('…').toString();
      }
      char c = text.charAt(i);
      switch (Character.getType(c)) {
        case Character.CONTROL,
            Character.FORMAT,
            Character.LINE_SEPARATOR,
            Character.PARAGRAPH_SEPARATOR ->
            line.append(String.format("\\u%04x", (int) c));
        default -> line.append(c);
      }
    }
    return line.toString();
  }
}
