package sirocco.cpu.unpack;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/// `x = d s q - e m`: halves d and e, [SixBitScales], 4 times 32 bytes with 32 numbers low and the
/// next 32 high.
final class Q4_K {
  private static final int NUMBERS = 256;
  private static final int BYTES = 144;
  private static final int SCALES = 4;
  private static final int LEVELS = 16;
  private static final int NIBBLES = 0x0F0F0F0F;

  private Q4_K() {}

  static void unpack(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    for (int b = 0; b < count / NUMBERS; b++) {
      block(source, offset + (long) b * BYTES, target, targetOffset + b * NUMBERS);
    }
  }

  private static void block(MemorySegment source, long at, float[] target, int to) {
    float d = Lanes.half(source, at);
    float e = Lanes.half(source, at + 2);
    long scales = SixBitScales.scales(source, at + SCALES);
    long mins = SixBitScales.mins(source, at + SCALES);
    for (int j = 0; j < 8; j++) {
      float step = d * SixBitScales.get(scales, j);
      float depth = e * SixBitScales.get(mins, j);
      for (int i = 0; i < 32; i += Lanes.STEP) {
        IntVector pairs = Lanes.bits(source, at + LEVELS + (j >> 1) * 32L + i);
        IntVector q = pairs.lanewise(VectorOperators.LSHR, (j & 1) * 4).and(NIBBLES);
        Lanes.affine(q.reinterpretAsBytes(), step, depth, target, to + j * 32 + i);
      }
    }
  }
}
