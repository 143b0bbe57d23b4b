package sirocco.cpu.unpack;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import sirocco.tensor.Tensor;

/// `x = d (s - 32) (q - 4)` in 16 sub-blocks of 16: 32 bytes whose byte i has the third bits of
/// numbers 32 k + i in its bits k, low bit pairs as in [Q2_K], 12 bytes of 6-bit scales, half d.
final class Q3_K {
  private static final int NUMBERS = 256;
  private static final int BYTES = 110;
  private static final int LEVELS = 32;
  private static final int SCALES = 96;
  private static final int D = 108;
  private static final int NIBBLES = 0x0F0F0F0F;
  private static final int UPPER = 0x30303030;
  private static final int PAIRS = 0x03030303;
  private static final int ONES = 0x01010101;
  private static final byte ZERO = 4;

  private Q3_K() {}

  static void unpack(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    for (int b = 0; b < count / NUMBERS; b++) {
      block(source, offset + (long) b * BYTES, target, targetOffset + b * NUMBERS);
    }
  }

  private static void block(MemorySegment source, long at, float[] target, int to) {
    float d = Lanes.half(source, at + D);
    long first = scales(source, at + SCALES, 0);
    long second = scales(source, at + SCALES, 4);
    for (int j = 0; j < 8; j++) {
      long scales = j < 4 ? first : second;
      for (int i = 0; i < 32; i += Lanes.STEP) {
        float step = d * (SixBitScales.get(scales, 2 * (j & 3) + (i >> 4)) - 32);
        IntVector low = Lanes.bits(source, at + LEVELS + (j >> 2) * 32L + i);
        low = low.lanewise(VectorOperators.LSHR, (j & 3) * 2).and(PAIRS);
        IntVector thirds = Lanes.bits(source, at + i);
        thirds = thirds.lanewise(VectorOperators.LSHR, j).and(ONES);
        IntVector q = thirds.lanewise(VectorOperators.LSHL, 2).or(low);
        Lanes.scaled(q.reinterpretAsBytes().sub(ZERO), step, target, to + j * 32 + i);
      }
    }
  }

  /// Eight scales, a byte each: byte j of the 12 has the low nibbles of scales j and 8 + j, byte 8
  /// + i the upper two bits of scales 4 k + i in its bit pairs k.
  ///
  /// @param shift 0 for the first eight, 4 for the others
  private static long scales(MemorySegment source, long at, int shift) {
    int first = source.get(Tensor.INT, at) >>> shift;
    int second = source.get(Tensor.INT, at + 4) >>> shift;
    int upper = source.get(Tensor.INT, at + 8) >>> shift;
    return SixBitScales.join(
        (first & NIBBLES) | ((upper << 4) & UPPER), (second & NIBBLES) | ((upper << 2) & UPPER));
  }
}
