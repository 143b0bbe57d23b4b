package sirocco.checkpoint;

import java.io.Serial;
import java.nio.file.Path;

/// A model file cannot be read or written. The message is one line: file, place, expected, found.
public final class CheckpointException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public CheckpointException(Path file, String message) {
    super(file + ": " + message);
  }

  public CheckpointException(Path file, String message, Throwable cause) {
    super(file + ": " + message, cause);
  }
}
