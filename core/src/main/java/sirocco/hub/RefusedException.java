package sirocco.hub;

import java.io.Serial;

/// The hub answered, and its answer is no. Whoever asked makes a sentence of it.
final class RefusedException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;

  /// @param code what the hub calls it, such as `GatedRepo`; empty if it does not say
  /// @param message the hub's own words; may be empty
  RefusedException(int status, String code, String message) {
    super(message);
    this.status = status;
    this.code = code;
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }
}
