package sirocco.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Memory that one call after the other uses: every thread may touch it, and taking it costs
/// nothing, where an arena of its own costs a call up to 170 microseconds. Grows as needed; what it
/// outgrew, and at last the whole, goes when nobody refers to it. The user makes sure that calls do
/// not overlap.
final class Scratch {
  private static final long ALIGNMENT = 64;

  private MemorySegment held = MemorySegment.NULL;

  /// At least so many bytes at a multiple of 64, with anything in them.
  MemorySegment atLeast(long bytes) {
    if (held.byteSize() < bytes) {
      long size = Math.max(bytes, 2 * held.byteSize());
      held = Arena.ofAuto().allocate(size, ALIGNMENT);
    }
    return held;
  }
}
