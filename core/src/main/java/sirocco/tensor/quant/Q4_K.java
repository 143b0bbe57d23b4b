package sirocco.tensor.quant;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import sirocco.tensor.DType;

/// 256 numbers as 4-bit levels in 8 sub-blocks of 32: `x = d s q - e m`. 4.5 bits a number.
///
/// Block of 144 bytes: half d, half e, 12 bytes of [SixBitScales], 128 bytes of levels: byte 32 p +
/// i has number 64 p + i in its low and number 64 p + 32 + i in its high nibble.
public record Q4_K() implements Format {
  private static final int NUMBERS = 256;
  private static final int BYTES = 144;
  private static final int SCALES = 4;
  private static final int LEVELS = 16;

  @Override
  public DType dtype() {
    return DType.Q4_K;
  }

  @Override
  public void decode(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    int blocks = Blocks.count(DType.Q4_K, count);
    for (int b = 0; b < blocks; b++) {
      long at = offset + (long) b * BYTES;
      int to = targetOffset + b * NUMBERS;
      float d = Blocks.half(source, at);
      float e = Blocks.half(source, at + 2);
      for (int p = 0; p < 4; p++) {
        float step = d * SixBitScales.scale(source, at + SCALES, 2 * p);
        float depth = e * SixBitScales.min(source, at + SCALES, 2 * p);
        float nextStep = d * SixBitScales.scale(source, at + SCALES, 2 * p + 1);
        float nextDepth = e * SixBitScales.min(source, at + SCALES, 2 * p + 1);
        long levels = at + LEVELS + p * 32L;
        int first = to + p * 64;
        for (int i = 0; i < 32; i++) {
          int pair = source.get(JAVA_BYTE, levels + i);
          target[first + i] = step * (pair & 15) - depth;
          target[first + 32 + i] = nextStep * ((pair >> 4) & 15) - nextDepth;
        }
      }
    }
  }

  @Override
  public void encode(
      float[] source, int sourceOffset, MemorySegment target, long offset, int count) {
    int blocks = Blocks.encodable(DType.Q4_K, 63 * Blocks.HALF_MAX, source, sourceOffset, count);
    var fit = new AffineFit(32, 15, 63);
    for (int b = 0; b < blocks; b++) {
      fit.fit(source, sourceOffset + b * NUMBERS);
      long at = offset + (long) b * BYTES;
      Blocks.setHalf(target, at, fit.d);
      Blocks.setHalf(target, at + 2, fit.e);
      SixBitScales.write(fit.scale, fit.min, target, at + SCALES);
      for (int i = 0; i < 128; i++) {
        int first = (i & ~31) * 2 + (i & 31);
        int pair = fit.level[first] | (fit.level[first + 32] << 4);
        target.set(JAVA_BYTE, at + LEVELS + i, (byte) pair);
      }
    }
  }
}
