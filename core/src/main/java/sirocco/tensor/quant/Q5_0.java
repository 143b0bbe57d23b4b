package sirocco.tensor.quant;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import sirocco.tensor.DType;
import sirocco.tensor.Tensor;

/// 32 numbers as 5-bit levels around zero under one scale: `x = d (q - 16)`. 5.5 bits a number.
///
/// Block of 22 bytes: half d, an int32 whose bit i is the fifth bit of number i, 16 bytes of
/// nibbles laid out as in [Q4_0]. Encoding takes `d = extreme / -16`, as ggml does, and writes the
/// same bytes.
public record Q5_0() implements Format {
  private static final int NUMBERS = 32;
  private static final int BYTES = 22;

  @Override
  public DType dtype() {
    return DType.Q5_0;
  }

  @Override
  public void decode(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    int blocks = Blocks.count(DType.Q5_0, count);
    for (int b = 0; b < blocks; b++) {
      long at = offset + (long) b * BYTES;
      int to = targetOffset + b * NUMBERS;
      float d = Blocks.half(source, at);
      int fifth = source.get(Tensor.INT, at + 2);
      for (int i = 0; i < 16; i++) {
        int pair = source.get(JAVA_BYTE, at + 6 + i);
        target[to + i] = d * (((pair & 15) | (((fifth >>> i) & 1) << 4)) - 16);
        target[to + 16 + i] = d * ((((pair >> 4) & 15) | (((fifth >>> (i + 16)) & 1) << 4)) - 16);
      }
    }
  }

  @Override
  public void encode(
      float[] source, int sourceOffset, MemorySegment target, long offset, int count) {
    int blocks = Blocks.encodable(DType.Q5_0, 16 * Blocks.HALF_MAX, source, sourceOffset, count);
    for (int b = 0; b < blocks; b++) {
      long at = offset + (long) b * BYTES;
      int from = sourceOffset + b * NUMBERS;
      float d = ScaleSearch.extreme(source, from, NUMBERS) / -16;
      float inverse = Blocks.inverse(d);
      Blocks.setHalf(target, at, d);
      int fifth = 0;
      for (int i = 0; i < 16; i++) {
        int low = level(source[from + i] * inverse);
        int high = level(source[from + 16 + i] * inverse);
        target.set(JAVA_BYTE, at + 6 + i, (byte) ((low & 15) | (high << 4)));
        fifth |= ((low >> 4) << i) | ((high >> 4) << (i + 16));
      }
      target.set(Tensor.INT, at + 2, fifth);
    }
  }

  private static int level(float steps) {
    return Math.min(31, (int) (steps + 16.5f));
  }
}
