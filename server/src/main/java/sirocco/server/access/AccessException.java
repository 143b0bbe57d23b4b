package sirocco.server.access;

import java.io.Serial;

/// Keys that make no sense. The message says where.
public final class AccessException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public AccessException(String message) {
    super(message);
  }
}
