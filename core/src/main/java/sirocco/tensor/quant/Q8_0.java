package sirocco.tensor.quant;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import sirocco.tensor.DType;

/// 32 numbers as signed bytes under one scale: `x = d q`. 8.5 bits a number.
///
/// Block of 34 bytes: half d, 32 bytes q. Encoding takes `d = max|x| / 127`, as ggml does, and
/// writes the same bytes.
public record Q8_0() implements Format {
  private static final int NUMBERS = 32;
  private static final int BYTES = 34;

  @Override
  public DType dtype() {
    return DType.Q8_0;
  }

  @Override
  public void decode(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    int blocks = Blocks.count(DType.Q8_0, count);
    for (int b = 0; b < blocks; b++) {
      long at = offset + (long) b * BYTES;
      int to = targetOffset + b * NUMBERS;
      float d = Blocks.half(source, at);
      for (int i = 0; i < NUMBERS; i++) {
        target[to + i] = d * source.get(JAVA_BYTE, at + 2 + i);
      }
    }
  }

  @Override
  public void encode(
      float[] source, int sourceOffset, MemorySegment target, long offset, int count) {
    int blocks = Blocks.encodable(DType.Q8_0, 127 * Blocks.HALF_MAX, source, sourceOffset, count);
    for (int b = 0; b < blocks; b++) {
      long at = offset + (long) b * BYTES;
      int from = sourceOffset + b * NUMBERS;
      float largest = 0;
      for (int i = 0; i < NUMBERS; i++) {
        largest = Math.max(largest, Math.abs(source[from + i]));
      }
      float d = largest / 127;
      float inverse = Blocks.inverse(d);
      Blocks.setHalf(target, at, d);
      for (int i = 0; i < NUMBERS; i++) {
        target.set(JAVA_BYTE, at + 2 + i, (byte) awayFromZero(source[from + i] * inverse));
      }
    }
  }

  /// The nearest whole number, halves away from zero, as C's roundf.
  private static int awayFromZero(float value) {
    int whole = (int) value;
    float rest = value - whole;
    return rest >= 0.5f ? whole + 1 : rest <= -0.5f ? whole - 1 : whole;
  }
}
