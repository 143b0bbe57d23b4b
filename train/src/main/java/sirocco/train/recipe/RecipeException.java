package sirocco.train.recipe;

import java.io.Serial;

/// A recipe that cannot be read or asks for what is not possible. The message is one line: file,
/// field, expected, found.
public final class RecipeException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public RecipeException(String message) {
    super(message);
  }

  public RecipeException(String message, Throwable cause) {
    super(message, cause);
  }
}
