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
  private static final int UPPER_BITS = 0x30303030;
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
    for (int p = 0; p < 4; p++) { // 32 numbers low, those 64 further on high
      int first = p + (p & 2);
      long uppers = at + UPPER + (p >> 1) * 32L;
      for (int i = 0; i < 32; i += Lanes.STEP) {
        long scale = at + SCALES + 2L * first + (i >> 4);
        IntVector pairs = Lanes.bits(source, at + p * 32L + i);
        IntVector upper =
            Lanes.bits(source, uppers + i).lanewise(VectorOperators.LSHR, (p & 1) * 2);
        IntVector low =
            upper.lanewise(VectorOperators.LSHL, 4).and(UPPER_BITS).or(pairs.and(NIBBLES));
        IntVector high =
            pairs.lanewise(VectorOperators.LSHR, 4).and(NIBBLES).or(upper.and(UPPER_BITS));
        float step = d * source.get(JAVA_BYTE, scale);
        Lanes.scaled(low.reinterpretAsBytes().sub(ZERO), step, target, to + first * 32 + i);
        step = d * source.get(JAVA_BYTE, scale + 4);
        Lanes.scaled(high.reinterpretAsBytes().sub(ZERO), step, target, to + first * 32 + 64 + i);
      }
    }
  }
}
