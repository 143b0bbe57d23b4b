package sirocco.tensor.quant;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import sirocco.tensor.DType;

/// 256 numbers as 2-bit levels in 16 sub-blocks of 16: `x = d s q - e m`. 2.625 bits a number.
///
/// Block of 84 bytes: 16 bytes with s in the low and m in the high nibble, 64 bytes of levels (byte
/// 32 g + i holds numbers 128 g + 32 k + i in its bit pairs k), half d, half e.
public record Q2_K() implements Format {
  private static final int NUMBERS = 256;
  private static final int BYTES = 84;
  private static final int LEVELS = 16;
  private static final int D = 80;
  private static final int E = 82;

  @Override
  public DType dtype() {
    return DType.Q2_K;
  }

  @Override
  public void decode(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    int blocks = Blocks.count(DType.Q2_K, count);
    for (int b = 0; b < blocks; b++) {
      long at = offset + (long) b * BYTES;
      int to = targetOffset + b * NUMBERS;
      float d = Blocks.half(source, at + D);
      float e = Blocks.half(source, at + E);
      for (int j = 0; j < 16; j++) {
        int scales = source.get(JAVA_BYTE, at + j);
        float step = d * (scales & 15);
        float depth = e * ((scales >> 4) & 15);
        long levels = at + LEVELS + (j >> 3) * 32L + (j & 1) * 16L;
        int shift = ((j >> 1) & 3) * 2;
        for (int i = 0; i < 16; i++) {
          int q = (source.get(JAVA_BYTE, levels + i) >> shift) & 3;
          target[to + j * 16 + i] = step * q - depth;
        }
      }
    }
  }

  @Override
  public void encode(
      float[] source, int sourceOffset, MemorySegment target, long offset, int count) {
    int blocks = Blocks.encodable(DType.Q2_K, 15 * Blocks.HALF_MAX, source, sourceOffset, count);
    var fit = new AffineFit(16, 3, 15);
    for (int b = 0; b < blocks; b++) {
      fit.fit(source, sourceOffset + b * NUMBERS);
      write(fit, target, offset + (long) b * BYTES);
    }
  }

  private static void write(AffineFit fit, MemorySegment target, long at) {
    for (int j = 0; j < 16; j++) {
      target.set(JAVA_BYTE, at + j, (byte) (fit.scale[j] | (fit.min[j] << 4)));
    }
    for (int i = 0; i < 64; i++) {
      int first = (i & 32) * 4 + (i & 31);
      int levels =
          fit.level[first]
              | (fit.level[first + 32] << 2)
              | (fit.level[first + 64] << 4)
              | (fit.level[first + 96] << 6);
      target.set(JAVA_BYTE, at + LEVELS + i, (byte) levels);
    }
    Blocks.setHalf(target, at + D, fit.d);
    Blocks.setHalf(target, at + E, fit.e);
  }
}
