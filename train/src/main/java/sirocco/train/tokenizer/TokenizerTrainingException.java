package sirocco.train.tokenizer;

/// A tokenizer cannot be trained as asked: the settings contradict themselves, or the corpus does
/// not suffice.
public final class TokenizerTrainingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TokenizerTrainingException(String message) {
    super(message);
  }

  public TokenizerTrainingException(String message, Throwable cause) {
    super(message, cause);
  }
}
