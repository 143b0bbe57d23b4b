package sirocco.server.http;

import java.util.concurrent.Semaphore;

/// What the exchanges of one listener share.
///
/// @param limits of each
/// @param deadlines who cuts slow connections
/// @param bodies room for all bodies together, in units of [#UNIT] bytes
record Surroundings(Limits limits, Deadlines deadlines, Semaphore bodies) {
  static final int UNIT = 16 << 10;

  static Surroundings of(Limits limits) {
    int units = Math.toIntExact(Math.max(1, limits.bodiesBytes() / UNIT));
    return new Surroundings(limits, Deadlines.start(), new Semaphore(units));
  }
}
