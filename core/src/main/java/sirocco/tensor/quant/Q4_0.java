package sirocco.tensor.quant;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import sirocco.tensor.DType;

/// 32 numbers as 4-bit levels around zero under one scale: `x = d (q - 8)`. 4.5 bits a number.
///
/// Block of 18 bytes: half d, then 16 bytes whose low nibbles are numbers 0 to 15 and whose high
/// nibbles are numbers 16 to 31. Encoding puts the number farthest from zero, with its sign, on
/// level 0 (`d = extreme / -8`), as ggml does, and writes the same bytes.
public record Q4_0() implements Format {
  private static final int NUMBERS = 32;
  private static final int BYTES = 18;

  @Override
  public DType dtype() {
    return DType.Q4_0;
  }

  @Override
  public void decode(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    int blocks = Blocks.count(DType.Q4_0, count);
    for (int b = 0; b < blocks; b++) {
      long at = offset + (long) b * BYTES;
      int to = targetOffset + b * NUMBERS;
      float d = Blocks.half(source, at);
      for (int i = 0; i < 16; i++) {
        int pair = source.get(JAVA_BYTE, at + 2 + i);
        target[to + i] = d * ((pair & 15) - 8);
        target[to + 16 + i] = d * (((pair >> 4) & 15) - 8);
      }
    }
  }

  @Override
  public void encode(
      float[] source, int sourceOffset, MemorySegment target, long offset, int count) {
    int blocks = Blocks.encodable(DType.Q4_0, 8 * Blocks.HALF_MAX, source, sourceOffset, count);
    for (int b = 0; b < blocks; b++) {
      long at = offset + (long) b * BYTES;
      int from = sourceOffset + b * NUMBERS;
      float d = ScaleSearch.extreme(source, from, NUMBERS) / -8;
      float inverse = Blocks.inverse(d);
      Blocks.setHalf(target, at, d);
      for (int i = 0; i < 16; i++) {
        int low = level(source[from + i] * inverse);
        int high = level(source[from + 16 + i] * inverse);
        target.set(JAVA_BYTE, at + 2 + i, (byte) (low | (high << 4)));
      }
    }
  }

  private static int level(float steps) {
    return Math.min(15, (int) (steps + 8.5f));
  }
}
