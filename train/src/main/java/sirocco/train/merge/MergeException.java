package sirocco.train.merge;

import java.io.Serial;

/// Models that no mixture can be made of. The message is one line: model, expected, found.
public final class MergeException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public MergeException(String message) {
    super(message);
  }
}
