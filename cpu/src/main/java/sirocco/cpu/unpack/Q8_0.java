package sirocco.cpu.unpack;

import java.lang.foreign.MemorySegment;

/// `x = d q`: half d, 32 bytes q.
final class Q8_0 {
  private static final int NUMBERS = 32;
  private static final int BYTES = 34;

  private Q8_0() {}

  static void unpack(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    for (int b = 0; b < count / NUMBERS; b++) {
      long at = offset + (long) b * BYTES;
      int to = targetOffset + b * NUMBERS;
      float d = Lanes.half(source, at);
      for (int i = 0; i < NUMBERS; i += Lanes.STEP) {
        Lanes.scaled(Lanes.bytes(source, at + 2 + i), d, target, to + i);
      }
    }
  }
}
