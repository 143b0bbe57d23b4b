package sirocco.tensor.quant;

import java.lang.foreign.MemorySegment;
import sirocco.tensor.DType;
import sirocco.tensor.Tensor;

/// bfloat16, the upper half of a float32: written to the nearest, ties to even; NaN stays NaN.
public record BF16() implements Format {
  @Override
  public DType dtype() {
    return DType.BF16;
  }

  @Override
  public void decode(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    for (int i = 0; i < count; i++) {
      int bits = source.get(Tensor.SHORT, offset + 2L * i) << 16;
      target[targetOffset + i] = Float.intBitsToFloat(bits);
    }
  }

  @Override
  public void encode(
      float[] source, int sourceOffset, MemorySegment target, long offset, int count) {
    for (int i = 0; i < count; i++) {
      target.set(Tensor.SHORT, offset + 2L * i, round(source[sourceOffset + i]));
    }
  }

  private static short round(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      // The quiet bit: a payload that lies in the lower half only would otherwise round to
      // infinity.
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
  }
}
