package sirocco.text.jinja;

import java.io.Serial;

/// A value was used in a way it cannot be. Knows no place: the evaluator adds the line and column
/// of the innermost expression.
final class Fault extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  Fault(String message) {
    super(message, null, false, false);
  }
}
