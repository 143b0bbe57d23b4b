package sirocco.cli;

import java.io.Serial;

/// What a user gave makes no sense. The message is one line that says where.
final class InputException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  InputException(String message) {
    super(message);
  }
}
