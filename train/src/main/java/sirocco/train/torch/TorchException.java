package sirocco.train.torch;

/// libtorch could not be started or used.
public final class TorchException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public TorchException(String message) {
    super(message);
  }

  public TorchException(String message, Throwable cause) {
    super(message, cause);
  }
}
