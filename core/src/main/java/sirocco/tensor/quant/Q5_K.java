package sirocco.tensor.quant;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import sirocco.tensor.DType;

/// 256 numbers as 5-bit levels in 8 sub-blocks of 32: `x = d s q - e m`. 5.5 bits a number.
///
/// Block of 176 bytes: half d, half e, 12 bytes of [SixBitScales], 32 bytes whose byte i holds the
/// fifth bit of numbers 32 k + i in bit k, 128 bytes of nibbles laid out as in [Q4_K].
public record Q5_K() implements Format {
  private static final int NUMBERS = 256;
  private static final int BYTES = 176;
  private static final int SCALES = 4;
  private static final int FIFTHS = 16;
  private static final int LEVELS = 48;

  @Override
  public DType dtype() {
    return DType.Q5_K;
  }

  @Override
  public void decode(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    int blocks = Blocks.count(DType.Q5_K, count);
    for (int b = 0; b < blocks; b++) {
      long at = offset + (long) b * BYTES;
      int to = targetOffset + b * NUMBERS;
      float d = Blocks.half(source, at);
      float e = Blocks.half(source, at + 2);
      for (int p = 0; p < 4; p++) {
        int even = 2 * p;
        int odd = even + 1;
        float step = d * SixBitScales.scale(source, at + SCALES, even);
        float depth = e * SixBitScales.min(source, at + SCALES, even);
        float nextStep = d * SixBitScales.scale(source, at + SCALES, odd);
        float nextDepth = e * SixBitScales.min(source, at + SCALES, odd);
        long levels = at + LEVELS + p * 32L;
        int first = to + p * 64;
        for (int i = 0; i < 32; i++) {
          int pair = source.get(JAVA_BYTE, levels + i);
          int fifths = source.get(JAVA_BYTE, at + FIFTHS + i);
          int low = (pair & 15) | (((fifths >> even) & 1) << 4);
          int high = ((pair >> 4) & 15) | (((fifths >> odd) & 1) << 4);
          target[first + i] = step * low - depth;
          target[first + 32 + i] = nextStep * high - nextDepth;
        }
      }
    }
  }

  @Override
  public void encode(
      float[] source, int sourceOffset, MemorySegment target, long offset, int count) {
    int blocks = Blocks.encodable(DType.Q5_K, 63 * Blocks.HALF_MAX, source, sourceOffset, count);
    var fit = new AffineFit(32, 31, 63);
    for (int b = 0; b < blocks; b++) {
      fit.fit(source, sourceOffset + b * NUMBERS);
      write(fit, target, offset + (long) b * BYTES);
    }
  }

  private static void write(AffineFit fit, MemorySegment target, long at) {
    Blocks.setHalf(target, at, fit.d);
    Blocks.setHalf(target, at + 2, fit.e);
    SixBitScales.write(fit.scale, fit.min, target, at + SCALES);
    for (int i = 0; i < 32; i++) {
      int fifths = 0;
      for (int k = 0; k < 8; k++) {
        fifths |= (fit.level[32 * k + i] >> 4) << k;
      }
      target.set(JAVA_BYTE, at + FIFTHS + i, (byte) fifths);
    }
    for (int i = 0; i < 128; i++) {
      int first = (i & ~31) * 2 + (i & 31);
      int pair = (fit.level[first] & 15) | ((fit.level[first + 32] & 15) << 4);
      target.set(JAVA_BYTE, at + LEVELS + i, (byte) pair);
    }
  }
}
