package sirocco.tensor.quant;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import sirocco.tensor.DType;

/// 32 numbers on the uneven levels of a [Codebook] under one scale: `x = d c[q]`. 4.5 bits a
/// number.
///
/// Block of 18 bytes, laid out as [Q4_0].
public record IQ4_NL() implements Format {
  private static final int NUMBERS = 32;
  private static final int BYTES = 18;

  @Override
  public DType dtype() {
    return DType.IQ4_NL;
  }

  @Override
  public void decode(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    int blocks = Blocks.count(DType.IQ4_NL, count);
    for (int b = 0; b < blocks; b++) {
      long at = offset + (long) b * BYTES;
      int to = targetOffset + b * NUMBERS;
      float d = Blocks.half(source, at);
      for (int i = 0; i < 16; i++) {
        int pair = source.get(JAVA_BYTE, at + 2 + i);
        target[to + i] = d * Codebook.value(pair & 15);
        target[to + 16 + i] = d * Codebook.value((pair >> 4) & 15);
      }
    }
  }

  @Override
  public void encode(
      float[] source, int sourceOffset, MemorySegment target, long offset, int count) {
    int blocks = Blocks.encodable(DType.IQ4_NL, 113 * Blocks.HALF_MAX, source, sourceOffset, count);
    var codebook = new Codebook();
    for (int b = 0; b < blocks; b++) {
      int from = sourceOffset + b * NUMBERS;
      float plain = Math.abs(ScaleSearch.extreme(source, from, NUMBERS)) / 113;
      float searched = codebook.best(source, from, NUMBERS);
      // The plain scale bounds the error (docs/formats.md); the searched one must not pass it.
      long at = offset + (long) b * BYTES;
      double loss = write(plain, source, from, target, at);
      if (write(searched, source, from, target, at) > loss) {
        write(plain, source, from, target, at);
      }
    }
  }

  private static double write(float scale, float[] x, int from, MemorySegment target, long at) {
    float d = Math.copySign(Blocks.superScale(Math.abs(scale)), scale);
    Blocks.setHalf(target, at, d);
    return Codebook.writeLevels(d, x, from, target, at + 2);
  }
}
