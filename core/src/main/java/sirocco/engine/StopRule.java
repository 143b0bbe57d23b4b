package sirocco.engine;

import java.util.List;

/// Watches a growing text for stop strings. Text that may turn out to be the start of one is held
/// back, so that no part of a stop string is ever given out.
///
/// The stop string that is complete first ends the text, and of several that are complete at the
/// same character the longest; so the outcome does not depend on how the text is cut into tokens.
public final class StopRule {
  private final List<String> stops;
  private final StringBuilder held = new StringBuilder();
  private boolean stopped;

  /// @param stops the texts that end a generation, none of them empty
  public StopRule(List<String> stops) {
    this.stops = List.copyOf(stops);
    if (this.stops.contains("")) {
      throw new IllegalArgumentException("a stop string must not be empty");
    }
  }

  /// Adds text and returns what may be given out; nothing once stopped.
  public String append(String piece) {
    if (stopped || piece.isEmpty()) {
      return "";
    }
    if (stops.isEmpty()) {
      return piece;
    }
    for (int i = 0; i < piece.length(); i++) {
      held.append(piece.charAt(i));
      int start = completed();
      if (start >= 0) {
        stopped = true;
        return take(start);
      }
    }
    return take(held.length() - longestBeginning());
  }

  /// Whether a stop string was found.
  public boolean stopped() {
    return stopped;
  }

  /// The text that was held back, when no more will come; nothing if a stop string was found.
  public String finish() {
    return stopped ? "" : take(held.length());
  }

  private String take(int count) {
    String text = held.substring(0, count);
    held.delete(0, count);
    return text;
  }

  /// Where the longest stop string that ends the held text starts, or -1.
  private int completed() {
    int longest = 0;
    for (String stop : stops) {
      int start = held.length() - stop.length();
      if (stop.length() > longest && start >= 0 && held.indexOf(stop, start) == start) {
        longest = stop.length();
      }
    }
    return longest == 0 ? -1 : held.length() - longest;
  }

  /// How much of the end of the held text is the start of a stop string.
  private int longestBeginning() {
    int longest = 0;
    for (String stop : stops) {
      int most = Math.min(stop.length() - 1, held.length());
      for (int length = most; length > longest; length--) {
        if (held.indexOf(stop.substring(0, length), held.length() - length) >= 0) {
          longest = length;
        }
      }
    }
    return longest;
  }
}
