package sirocco.lab.sandbox;

import java.time.Duration;

/// What a program may use.
///
/// @param wall from its start to its end
/// @param cpu of each of its processes; whole seconds, rounded up
/// @param memoryBytes address space of each of its processes, and what all of them hold together
/// @param processes with threads counted as such
/// @param fileBytes of all its files together; they are in memory
/// @param outputBytes of standard output, and as many of standard error
public record Limits(
    Duration wall, Duration cpu, long memoryBytes, int processes, long fileBytes, int outputBytes) {
  public Limits {
    if (!wall.isPositive() || !cpu.isPositive()) {
      throw new IllegalArgumentException(
          "expected time for a program, found " + wall + " and " + cpu + " of a processor");
    }
    if (memoryBytes < 1 << 26 || processes < 1 || fileBytes < 1 || outputBytes < 1) {
      throw new IllegalArgumentException(
          "expected at least 64 MiB of memory for Python, a process, a byte of files and one of"
              + " output; found %d, %d, %d, %d"
                  .formatted(memoryBytes, processes, fileBytes, outputBytes));
    }
  }

  /// Enough for the small programs of benchmarks.
  ///
  /// @param wall and as much of a processor
  public static Limits ofTime(Duration wall) {
    return new Limits(wall, wall, 1L << 30, 16, 1L << 24, 1 << 16);
  }

  /// The same, but for the clock.
  public Limits within(Duration otherWall) {
    return new Limits(otherWall, cpu, memoryBytes, processes, fileBytes, outputBytes);
  }
}
