package sirocco.tensor.quant;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import sirocco.tensor.DType;

/// 32 numbers as 4-bit levels from their smallest to their largest: `x = d q + m`. 5 bits a number.
///
/// Block of 20 bytes: half d, half m, 16 bytes of nibbles laid out as in [Q4_0]. Encoding takes the
/// smallest number as m, as ggml does, and writes the same bytes.
public record Q4_1() implements Format {
  private static final int NUMBERS = 32;
  private static final int BYTES = 20;

  @Override
  public DType dtype() {
    return DType.Q4_1;
  }

  @Override
  public void decode(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    int blocks = Blocks.count(DType.Q4_1, count);
    for (int b = 0; b < blocks; b++) {
      long at = offset + (long) b * BYTES;
      int to = targetOffset + b * NUMBERS;
      float d = Blocks.half(source, at);
      float m = Blocks.half(source, at + 2);
      for (int i = 0; i < 16; i++) {
        int pair = source.get(JAVA_BYTE, at + 4 + i);
        target[to + i] = d * (pair & 15) + m;
        target[to + 16 + i] = d * ((pair >> 4) & 15) + m;
      }
    }
  }

  @Override
  public void encode(
      float[] source, int sourceOffset, MemorySegment target, long offset, int count) {
    int blocks = Blocks.encodable(DType.Q4_1, Blocks.HALF_MAX, source, sourceOffset, count);
    for (int b = 0; b < blocks; b++) {
      long at = offset + (long) b * BYTES;
      int from = sourceOffset + b * NUMBERS;
      float m = ScaleSearch.smallest(source, from, NUMBERS);
      float d = (ScaleSearch.largest(source, from, NUMBERS) - m) / 15;
      float inverse = Blocks.inverse(d);
      Blocks.setHalf(target, at, d);
      Blocks.setHalf(target, at + 2, m);
      for (int i = 0; i < 16; i++) {
        int low = level((source[from + i] - m) * inverse);
        int high = level((source[from + 16 + i] - m) * inverse);
        target.set(JAVA_BYTE, at + 4 + i, (byte) (low | (high << 4)));
      }
    }
  }

  private static int level(float steps) {
    return Math.min(15, (int) (steps + 0.5f));
  }
}
