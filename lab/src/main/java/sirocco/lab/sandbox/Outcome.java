package sirocco.lab.sandbox;

import java.time.Duration;

/// How a program ended.
///
/// @param status its exit status, or 128 and the number of the signal that ended it
/// @param stdout at most as many bytes as its limits have, read as UTF-8 with what is none replaced
/// @param stderr likewise
/// @param wall from its start to its end, the sandbox's own work included
public record Outcome(Ending ending, int status, String stdout, String stderr, Duration wall) {
  /// Whether it ended by itself, and well.
  public boolean succeeded() {
    return ending == Ending.EXITED && status == 0;
  }

  /// Why it is over.
  public enum Ending {
    /// It ended by itself, well or badly.
    EXITED,
    /// It took longer than it may.
    TIME,
    /// It wanted more memory than it may have.
    MEMORY,
    /// It wrote more than it may.
    OUTPUT
  }
}
