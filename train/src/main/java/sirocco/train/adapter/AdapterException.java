package sirocco.train.adapter;

/// An adapter does not fit.
public final class AdapterException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public AdapterException(String message) {
    super(message);
  }
}
