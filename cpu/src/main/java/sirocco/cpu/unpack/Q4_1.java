package sirocco.cpu.unpack;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/// `x = d q + m`: halves d and m, nibbles as in [Q4_0].
final class Q4_1 {
  private static final int NUMBERS = 32;
  private static final int BYTES = 20;
  private static final int NIBBLES = 0x0F0F0F0F;

  private Q4_1() {}

  static void unpack(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    for (int b = 0; b < count / NUMBERS; b++) {
      long at = offset + (long) b * BYTES;
      int to = targetOffset + b * NUMBERS;
      float d = Lanes.half(source, at);
      float m = Lanes.half(source, at + 2);
      for (int i = 0; i < 16; i += Lanes.STEP) {
        IntVector pairs = Lanes.bits(source, at + 4 + i);
        Lanes.affine(pairs.and(NIBBLES).reinterpretAsBytes(), d, -m, target, to + i);
        Lanes.affine(
            pairs.lanewise(VectorOperators.LSHR, 4).and(NIBBLES).reinterpretAsBytes(),
            d,
            -m,
            target,
            to + 16 + i);
      }
    }
  }
}
