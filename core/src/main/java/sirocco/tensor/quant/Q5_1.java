package sirocco.tensor.quant;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import sirocco.tensor.DType;
import sirocco.tensor.Tensor;

/// 32 numbers as 5-bit levels from their smallest to their largest: `x = d q + m`. 6 bits a number.
///
/// Block of 24 bytes: half d, half m, then fifth bits and nibbles as in [Q5_0]. Encoding takes the
/// smallest number as m, as ggml does, and writes the same bytes.
public record Q5_1() implements Format {
  private static final int NUMBERS = 32;
  private static final int BYTES = 24;

  @Override
  public DType dtype() {
    return DType.Q5_1;
  }

  @Override
  public void decode(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    int blocks = Blocks.count(DType.Q5_1, count);
    for (int b = 0; b < blocks; b++) {
      long at = offset + (long) b * BYTES;
      int to = targetOffset + b * NUMBERS;
      float d = Blocks.half(source, at);
      float m = Blocks.half(source, at + 2);
      int fifth = source.get(Tensor.INT, at + 4);
      for (int i = 0; i < 16; i++) {
        int pair = source.get(JAVA_BYTE, at + 8 + i);
        target[to + i] = d * ((pair & 15) | (((fifth >>> i) & 1) << 4)) + m;
        target[to + 16 + i] = d * (((pair >> 4) & 15) | (((fifth >>> (i + 16)) & 1) << 4)) + m;
      }
    }
  }

  @Override
  public void encode(
      float[] source, int sourceOffset, MemorySegment target, long offset, int count) {
    int blocks = Blocks.encodable(DType.Q5_1, Blocks.HALF_MAX, source, sourceOffset, count);
    for (int b = 0; b < blocks; b++) {
      long at = offset + (long) b * BYTES;
      int from = sourceOffset + b * NUMBERS;
      float m = ScaleSearch.smallest(source, from, NUMBERS);
      float d = (ScaleSearch.largest(source, from, NUMBERS) - m) / 31;
      float inverse = Blocks.inverse(d);
      Blocks.setHalf(target, at, d);
      Blocks.setHalf(target, at + 2, m);
      int fifth = 0;
      for (int i = 0; i < 16; i++) {
        int low = level((source[from + i] - m) * inverse);
        int high = level((source[from + 16 + i] - m) * inverse);
        target.set(JAVA_BYTE, at + 8 + i, (byte) ((low & 15) | (high << 4)));
        fifth |= ((low >> 4) << i) | ((high >> 4) << (i + 16));
      }
      target.set(Tensor.INT, at + 4, fifth);
    }
  }

  private static int level(float steps) {
    return Math.min(31, (int) (steps + 0.5f));
  }
}
