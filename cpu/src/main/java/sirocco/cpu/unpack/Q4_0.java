package sirocco.cpu.unpack;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/// `x = d (q - 8)`: half d, 16 bytes with numbers 0 to 15 low and 16 to 31 high.
final class Q4_0 {
  private static final int NUMBERS = 32;
  private static final int BYTES = 18;
  private static final int NIBBLES = 0x0F0F0F0F;

  private Q4_0() {}

  static void unpack(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    for (int b = 0; b < count / NUMBERS; b++) {
      long at = offset + (long) b * BYTES;
      int to = targetOffset + b * NUMBERS;
      float d = Lanes.half(source, at);
      for (int i = 0; i < 16; i += Lanes.STEP) {
        IntVector pairs = Lanes.bits(source, at + 2 + i);
        Lanes.scaled(pairs.and(NIBBLES).reinterpretAsBytes().sub((byte) 8), d, target, to + i);
        Lanes.scaled(
            pairs.lanewise(VectorOperators.LSHR, 4).and(NIBBLES).reinterpretAsBytes().sub((byte) 8),
            d,
            target,
            to + 16 + i);
      }
    }
  }
}
