package sirocco.binding;

import java.io.Serial;

/// A tool failed. The message names it, and the cause is what it threw.
public final class ToolException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final String tool;

  /// A failure of a tool.
  ///
  /// @param tool the tool's name
  /// @param cause what it threw
  public ToolException(String tool, Throwable cause) {
    super("tool " + tool + ": " + cause, cause);
    this.tool = tool;
  }

  /// The tool's name.
  public String tool() {
    return tool;
  }
}
