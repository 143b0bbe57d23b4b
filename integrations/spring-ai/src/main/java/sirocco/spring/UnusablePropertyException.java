package sirocco.spring;

import java.io.Serial;

/// A property names something that cannot be had. The message is one line: property, found, why.
public final class UnusablePropertyException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final String property;

  UnusablePropertyException(String property, String message, Throwable cause) {
    super(property + ": " + message, cause);
    this.property = property;
  }

  /// The property, or what the names of several begin with.
  public String property() {
    return property;
  }
}
