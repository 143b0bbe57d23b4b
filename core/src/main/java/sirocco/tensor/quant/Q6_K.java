package sirocco.tensor.quant;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import sirocco.tensor.DType;

/// 256 numbers as 6-bit levels around zero in 16 sub-blocks of 16: `x = d s (q - 32)`. 6.5625 bits
/// a number.
///
/// Block of 210 bytes, two halves of 128 numbers: 128 bytes of low nibbles (byte 64 g + i has
/// number 128 g + i low and number 128 g + 64 + i high), 64 bytes of upper bit pairs (byte 32 g + i
/// has those of numbers 128 g + 32 k + i in its pairs k), 16 signed bytes s, half d.
public record Q6_K() implements Format {
  private static final int NUMBERS = 256;
  private static final int BYTES = 210;
  private static final int UPPER = 128;
  private static final int SCALES = 192;
  private static final int D = 208;

  @Override
  public DType dtype() {
    return DType.Q6_K;
  }

  @Override
  public void decode(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    int blocks = Blocks.count(DType.Q6_K, count);
    for (int b = 0; b < blocks; b++) {
      long at = offset + (long) b * BYTES;
      int to = targetOffset + b * NUMBERS;
      float d = Blocks.half(source, at + D);
      for (int j = 0; j < 16; j++) {
        float step = d * source.get(JAVA_BYTE, at + SCALES + j);
        int place = j & 7;
        long nibbles = at + (j >> 3) * 64L + (place & 3) * 16L;
        int nibbleShift = (place >> 2) * 4;
        long uppers = at + UPPER + (j >> 3) * 32L + (place & 1) * 16L;
        int upperShift = (place >> 1) * 2;
        for (int i = 0; i < 16; i++) {
          int low = (source.get(JAVA_BYTE, nibbles + i) >> nibbleShift) & 15;
          int upper = (source.get(JAVA_BYTE, uppers + i) >> upperShift) & 3;
          target[to + j * 16 + i] = step * ((low | (upper << 4)) - 32);
        }
      }
    }
  }

  @Override
  public void encode(
      float[] source, int sourceOffset, MemorySegment target, long offset, int count) {
    int blocks = Blocks.encodable(DType.Q6_K, 3968 * Blocks.HALF_MAX, source, sourceOffset, count);
    var fit = new SymmetricFit(32, 128);
    for (int b = 0; b < blocks; b++) {
      fit.fit(source, sourceOffset + b * NUMBERS);
      write(fit, target, offset + (long) b * BYTES);
    }
  }

  private static void write(SymmetricFit fit, MemorySegment target, long at) {
    for (int i = 0; i < 128; i++) {
      int first = (i & 64) * 2 + (i & 63);
      int pair = (fit.level[first] & 15) | ((fit.level[first + 64] & 15) << 4);
      target.set(JAVA_BYTE, at + i, (byte) pair);
    }
    for (int i = 0; i < 64; i++) {
      int upper = 0;
      for (int k = 0; k < 4; k++) {
        upper |= ((fit.level[(i & 32) * 4 + 32 * k + (i & 31)] + 32) >> 4) << (2 * k);
      }
      target.set(JAVA_BYTE, at + UPPER + i, (byte) upper);
    }
    for (int j = 0; j < 16; j++) {
      target.set(JAVA_BYTE, at + SCALES + j, (byte) fit.scale[j]);
    }
    Blocks.setHalf(target, at + D, fit.d);
  }
}
