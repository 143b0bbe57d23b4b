package sirocco.binding;

import java.io.Serial;

/// JSON does not fit the Java type it should become, or a type cannot be bound at all. The message
/// is one line that starts with the place: `Answer: items[2].price: expected …, found …`, `tool f:
/// arguments.x: expected …, found …`.
public final class BindingException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public BindingException(String message) {
    super(message);
  }

  public BindingException(String message, Throwable cause) {
    super(message, cause);
  }
}
