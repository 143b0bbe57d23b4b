package sirocco.hub;

import java.io.Serial;
import java.util.regex.Pattern;

/// A model cannot be fetched, found or removed. The message is one line: asked, found, where, what
/// to do.
public final class HubException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /// Listings choose names in messages, and those may be megabytes long.
  private static final int MAX_LENGTH = 1000;

  private static final Pattern UNPRINTABLE =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]");

  public HubException(String message) {
    super(line(message));
  }

  public HubException(String message, Throwable cause) {
    super(line(message), cause);
  }

  /// What others wrote, on one line.
  private static String line(String text) {
    String cut = text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "…" : text;
    return UNPRINTABLE.matcher(cut).replaceAll("?");
  }
}
