package sirocco.tensor;

import java.lang.foreign.MemorySegment;
import java.util.List;

/// Work that nothing but the machine limits: what a back end's threads reach when they only read,
/// or only multiply and add. [Ceilings] takes the time.
public interface Probe {
  /// Reads all of it.
  ///
  /// @param memory native segments
  /// @return the sum of its 64-bit words, little-endian; bytes at the end of a segment that fill no
  ///   word are left out
  long sum(List<MemorySegment> memory);

  /// Multiplies and adds float32 numbers that never leave the registers.
  ///
  /// @param steps of each chain; whoever implements this says how many chains there are
  /// @return operations done, a multiplication and an addition counted as two
  long multiplyAdd(int steps);
}
