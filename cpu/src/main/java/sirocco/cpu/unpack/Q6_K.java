package sirocco.cpu.unpack;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/// `x = d s (q - 32)` in 16 sub-blocks of 16: 2 times 64 bytes of low nibbles, 2 times 32 bytes of
/// upper bit pairs, 16 signed bytes s, half d.
final class Q6_K {
  private static final int NUMBERS = 256;
  private static final int BYTES = 210;
  private static final int UPPER = 128;
  private static final int SCALES = 192;
  private static final int D = 208;
  private static final int NIBBLES = 0x0F0F0F0F;
  private static final int PAIRS = 0x03030303;
  private static final byte ZERO = 32;

  private Q6_K() {}

  static void unpack(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    for (int b = 0; b < count / NUMBERS; b++) {
      block(source, offset + (long) b * BYTES, target, targetOffset + b * NUMBERS);
    }
  }

  private static void block(MemorySegment source, long at, float[] target, int to) {
    float d = Lanes.half(source, at + D);
    for (int j = 0; j < 8; j++) {
      long nibbles = at + (j >> 2) * 64L + (j & 1) * 32L;
      long uppers = at + UPPER + (j >> 2) * 32L;
      for (int i = 0; i < 32; i += Lanes.STEP) {
        float step = d * source.get(JAVA_BYTE, at + SCALES + 2L * j + (i >> 4));
        IntVector low = Lanes.bits(source, nibbles + i);
        low = low.lanewise(VectorOperators.LSHR, (j & 2) * 2).and(NIBBLES);
        IntVector upper = Lanes.bits(source, uppers + i);
        upper = upper.lanewise(VectorOperators.LSHR, (j & 3) * 2).and(PAIRS);
        IntVector q = upper.lanewise(VectorOperators.LSHL, 4).or(low);
        Lanes.scaled(q.reinterpretAsBytes().sub(ZERO), step, target, to + j * 32 + i);
      }
    }
  }
}
