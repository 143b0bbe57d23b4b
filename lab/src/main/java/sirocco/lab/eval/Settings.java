package sirocco.lab.eval;

import java.util.OptionalInt;
import sirocco.lab.statistics.Bootstrap;

/// How a task is run.
///
/// @param shots worked examples before each question
/// @param limit items asked, a part drawn by the seed that a greater limit includes; all if there
///   are no more, or if absent
/// @param seed of what is drawn: the part, each sample (with the item's id) and the intervals
/// @param inFlight questions asked at once; does not change what comes out
/// @param draws of the bootstrap behind each interval
public record Settings(int shots, OptionalInt limit, long seed, int inFlight, int draws) {
  public Settings {
    if (shots < 0 || inFlight < 1 || draws < 2 || limit.orElse(1) < 1) {
      throw new IllegalArgumentException(
          "expected shots of at least 0, a limit and questions in flight of at least 1 and at least"
              + " 2 draws, found %d, %s, %d and %d".formatted(shots, limit, inFlight, draws));
    }
  }

  /// The bootstrap behind each interval.
  public Bootstrap bootstrap() {
    return new Bootstrap(draws, seed);
  }
}
