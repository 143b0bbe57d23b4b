package sirocco.tensor.quant;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import sirocco.tensor.DType;

/// 256 numbers as 3-bit levels around zero in 16 sub-blocks of 16: `x = d (s - 32) (q - 4)`. 3.4375
/// bits a number.
///
/// Block of 110 bytes: 32 bytes whose byte i holds the third bit of numbers 32 k + i in bit k, 64
/// bytes of low bit pairs laid out as in [Q2_K], 12 bytes of 6-bit scales, half d. The scales: byte
/// j has the low nibbles of scales j and 8 + j, byte 8 + i the upper two bits of scales 4 k + i in
/// its bit pairs k.
public record Q3_K() implements Format {
  private static final int NUMBERS = 256;
  private static final int BYTES = 110;
  private static final int LEVELS = 32;
  private static final int SCALES = 96;
  private static final int D = 108;

  @Override
  public DType dtype() {
    return DType.Q3_K;
  }

  @Override
  public void decode(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    int blocks = Blocks.count(DType.Q3_K, count);
    for (int b = 0; b < blocks; b++) {
      long at = offset + (long) b * BYTES;
      int to = targetOffset + b * NUMBERS;
      float d = Blocks.half(source, at + D);
      for (int j = 0; j < 16; j++) {
        float step = d * scale(source, at + SCALES, j);
        long thirds = at + (j & 1) * 16L;
        long levels = at + LEVELS + (j >> 3) * 32L + (j & 1) * 16L;
        int bit = j >> 1;
        int shift = (bit & 3) * 2;
        for (int i = 0; i < 16; i++) {
          int low = (source.get(JAVA_BYTE, levels + i) >> shift) & 3;
          int third = (source.get(JAVA_BYTE, thirds + i) >> bit) & 1;
          target[to + j * 16 + i] = step * ((low | (third << 2)) - 4);
        }
      }
    }
  }

  private static int scale(MemorySegment source, long at, int j) {
    int low = (source.get(JAVA_BYTE, at + (j & 7)) >> ((j >> 3) * 4)) & 15;
    int high = (source.get(JAVA_BYTE, at + 8 + (j & 3)) >> ((j >> 2) * 2)) & 3;
    return (low | (high << 4)) - 32;
  }

  @Override
  public void encode(
      float[] source, int sourceOffset, MemorySegment target, long offset, int count) {
    int blocks = Blocks.encodable(DType.Q3_K, 96 * Blocks.HALF_MAX, source, sourceOffset, count);
    var fit = new SymmetricFit(4, 32);
    for (int b = 0; b < blocks; b++) {
      fit.fit(source, sourceOffset + b * NUMBERS);
      write(fit, target, offset + (long) b * BYTES);
    }
  }

  private static void write(SymmetricFit fit, MemorySegment target, long at) {
    for (int i = 0; i < 32; i++) {
      int thirds = 0;
      for (int k = 0; k < 8; k++) {
        thirds |= ((fit.level[32 * k + i] + 4) >> 2) << k;
      }
      target.set(JAVA_BYTE, at + i, (byte) thirds);
    }
    for (int i = 0; i < 64; i++) {
      int levels = 0;
      for (int k = 0; k < 4; k++) {
        levels |= (fit.level[(i & 32) * 4 + 32 * k + (i & 31)] & 3) << (2 * k);
      }
      target.set(JAVA_BYTE, at + LEVELS + i, (byte) levels);
    }
    for (int j = 0; j < 8; j++) {
      int low = ((fit.scale[j] + 32) & 15) | (((fit.scale[j + 8] + 32) & 15) << 4);
      target.set(JAVA_BYTE, at + SCALES + j, (byte) low);
    }
    for (int i = 0; i < 4; i++) {
      int high = 0;
      for (int k = 0; k < 4; k++) {
        high |= ((fit.scale[4 * k + i] + 32) >> 4) << (2 * k);
      }
      target.set(JAVA_BYTE, at + SCALES + 8 + i, (byte) high);
    }
    Blocks.setHalf(target, at + D, fit.d);
  }
}
