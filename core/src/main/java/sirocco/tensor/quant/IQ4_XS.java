package sirocco.tensor.quant;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import sirocco.tensor.DType;
import sirocco.tensor.Tensor;

/// 256 numbers on the uneven levels of a [Codebook] in 8 sub-blocks of 32: `x = d (s - 32) c[q]`.
/// 4.25 bits a number.
///
/// Block of 136 bytes: half d, an int16 with the upper two bits of scale j in its pair j, 4 bytes
/// with the low nibbles of scales 2 j and 2 j + 1, 8 times 16 bytes of levels laid out as in
/// [Q4_0].
public record IQ4_XS() implements Format {
  private static final int NUMBERS = 256;
  private static final int SUB = 32;
  private static final int SUBS = 8;
  private static final int BYTES = 136;
  private static final int LEVELS = 8;

  @Override
  public DType dtype() {
    return DType.IQ4_XS;
  }

  @Override
  public void decode(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    int blocks = Blocks.count(DType.IQ4_XS, count);
    for (int b = 0; b < blocks; b++) {
      long at = offset + (long) b * BYTES;
      float d = Blocks.half(source, at);
      int upper = source.get(Tensor.SHORT, at + 2);
      for (int j = 0; j < SUBS; j++) {
        int low = (source.get(JAVA_BYTE, at + 4 + (j >> 1)) >> ((j & 1) * 4)) & 15;
        float step = d * ((low | (((upper >> (2 * j)) & 3) << 4)) - 32);
        long levels = at + LEVELS + j * 16L;
        int to = targetOffset + b * NUMBERS + j * SUB;
        for (int i = 0; i < 16; i++) {
          int pair = source.get(JAVA_BYTE, levels + i);
          target[to + i] = step * Codebook.value(pair & 15);
          target[to + 16 + i] = step * Codebook.value((pair >> 4) & 15);
        }
      }
    }
  }

  @Override
  public void encode(
      float[] source, int sourceOffset, MemorySegment target, long offset, int count) {
    int blocks =
        Blocks.encodable(DType.IQ4_XS, 3616 * Blocks.HALF_MAX, source, sourceOffset, count);
    var codebook = new Codebook();
    float[] plain = new float[SUBS];
    float[] searched = new float[SUBS];
    for (int b = 0; b < blocks; b++) {
      int from = sourceOffset + b * NUMBERS;
      long at = offset + (long) b * BYTES;
      for (int j = 0; j < SUBS; j++) {
        plain[j] = Math.abs(ScaleSearch.extreme(source, from + j * SUB, SUB)) / 113;
        searched[j] = codebook.best(source, from + j * SUB, SUB);
      }
      // The plain scales bound the error (docs/formats.md); the searched ones must not pass it.
      double loss = write(plain, source, from, target, at);
      if (write(searched, source, from, target, at) > loss) {
        write(plain, source, from, target, at);
      }
    }
  }

  private static double write(float[] scales, float[] x, int from, MemorySegment target, long at) {
    float extreme = ScaleSearch.extreme(scales, 0, SUBS);
    float d = -Math.copySign(Blocks.superScale(Math.abs(extreme) / 32), extreme);
    float inverse = Blocks.inverse(d);
    int upper = 0;
    double loss = 0;
    for (int j = 0; j < SUBS; j++) {
      int scale = Blocks.clamp(Blocks.nearest(scales[j] * inverse), -32, 31) + 32;
      upper |= (scale >> 4) << (2 * j);
      long pair = at + 4 + (j >> 1);
      int low = (j & 1) == 0 ? 0 : target.get(JAVA_BYTE, pair);
      target.set(JAVA_BYTE, pair, (byte) (low | ((scale & 15) << ((j & 1) * 4))));
      float step = d * (scale - 32);
      loss += Codebook.writeLevels(step, x, from + j * SUB, target, at + LEVELS + j * 16L);
    }
    Blocks.setHalf(target, at, d);
    target.set(Tensor.SHORT, at + 2, (short) upper);
    return loss;
  }
}
