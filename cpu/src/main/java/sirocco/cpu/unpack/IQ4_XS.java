package sirocco.cpu.unpack;

import java.lang.foreign.MemorySegment;
import sirocco.tensor.Tensor;

/// `x = d (s - 32) c[q]` in 8 sub-blocks of 32: half d, an int16 with the upper two bits of scale j
/// in its pair j, an int32 with the low nibbles of the scales, 8 times 16 bytes of nibbles as in
/// [IQ4_NL].
final class IQ4_XS {
  private static final int NUMBERS = 256;
  private static final int BYTES = 136;
  private static final int LEVELS = 8;

  private IQ4_XS() {}

  static void unpack(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    for (int b = 0; b < count / NUMBERS; b++) {
      block(source, offset + (long) b * BYTES, target, targetOffset + b * NUMBERS);
    }
  }

  private static void block(MemorySegment source, long at, float[] target, int to) {
    float d = Lanes.half(source, at);
    int upper = source.get(Tensor.SHORT, at + 2);
    int low = source.get(Tensor.INT, at + 4);
    for (int j = 0; j < 8; j++) {
      int scale = ((low >> (4 * j)) & 15) | (((upper >> (2 * j)) & 3) << 4);
      Codebook.scaled(source, at + LEVELS + j * 16L, d * (scale - 32), target, to + j * 32);
    }
  }
}
