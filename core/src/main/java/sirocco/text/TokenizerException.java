package sirocco.text;

import java.io.Serial;

/// A tokenizer file or a request to a tokenizer makes no sense. The message says what was asked and
/// what was found.
public final class TokenizerException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public TokenizerException(String message) {
    super(message);
  }

  public TokenizerException(String message, Throwable cause) {
    super(message, cause);
  }
}
