package sirocco.cpu.unpack;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/// `x = d s q - e m` in 16 sub-blocks of 16: 16 bytes with s low and m high, 2 times 32 bytes whose
/// byte i has numbers 32 k + i in its bit pairs k, halves d and e.
final class Q2_K {
  private static final int NUMBERS = 256;
  private static final int BYTES = 84;
  private static final int LEVELS = 16;
  private static final int D = 80;
  private static final int E = 82;
  private static final int PAIRS = 0x03030303;

  private Q2_K() {}

  static void unpack(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    for (int b = 0; b < count / NUMBERS; b++) {
      block(source, offset + (long) b * BYTES, target, targetOffset + b * NUMBERS);
    }
  }

  private static void block(MemorySegment source, long at, float[] target, int to) {
    float d = Lanes.half(source, at + D);
    float e = Lanes.half(source, at + E);
    for (int j = 0; j < 8; j++) {
      for (int i = 0; i < 32; i += Lanes.STEP) {
        int scales = source.get(JAVA_BYTE, at + 2L * j + (i >> 4));
        float step = d * (scales & 15);
        float depth = e * ((scales >> 4) & 15);
        IntVector levels = Lanes.bits(source, at + LEVELS + (j >> 2) * 32L + i);
        IntVector q = levels.lanewise(VectorOperators.LSHR, (j & 3) * 2).and(PAIRS);
        Lanes.affine(q.reinterpretAsBytes(), step, depth, target, to + j * 32 + i);
      }
    }
  }
}
