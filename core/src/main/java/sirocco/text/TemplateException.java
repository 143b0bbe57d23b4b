package sirocco.text;

import java.io.Serial;

/// A chat template or a conversation makes no sense: a construct that this interpreter does not
/// know, a value used in a way it cannot be, a limit reached, roles out of order, or the template's
/// own `raise_exception`. The message is one line; for templates it starts with
/// `template:LINE:COLUMN:`.
public final class TemplateException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final int line;
  private final int column;

  /// An error that has no place in a template.
  public TemplateException(String message) {
    super(message);
    this.line = 0;
    this.column = 0;
  }

  /// An error at a place in a template; lines and columns count from 1.
  public TemplateException(int line, int column, String message) {
    super("template:" + line + ":" + column + ": " + message);
    this.line = line;
    this.column = column;
  }

  /// The line in the template, from 1; 0 where the error has no place in a template.
  public int line() {
    return line;
  }

  /// The column in the template, from 1; 0 where the error has no place in a template.
  public int column() {
    return column;
  }
}
