package sirocco.server.http;

import java.io.Serial;

/// Nobody is there any more to read the answer.
public final class ClientLeftException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public ClientLeftException() {
    super("the client left", null, false, false);
  }
}
