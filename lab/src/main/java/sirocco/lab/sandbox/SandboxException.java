package sirocco.lab.sandbox;

/// Programs that cannot be run safely, or at all.
public final class SandboxException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// @param message what is missing, and what to do
  public SandboxException(String message) {
    super(message);
  }

  public SandboxException(String message, Throwable cause) {
    super(message, cause);
  }
}
