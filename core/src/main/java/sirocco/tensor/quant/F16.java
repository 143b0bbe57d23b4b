package sirocco.tensor.quant;

import java.lang.foreign.MemorySegment;
import sirocco.tensor.DType;
import sirocco.tensor.Tensor;

/// IEEE 754 half precision: written to the nearest half, ties to even; what passes 65504 becomes
/// infinite, NaN stays NaN.
public record F16() implements Format {
  @Override
  public DType dtype() {
    return DType.F16;
  }

  @Override
  public void decode(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    for (int i = 0; i < count; i++) {
      target[targetOffset + i] = Float.float16ToFloat(source.get(Tensor.SHORT, offset + 2L * i));
    }
  }

  @Override
  public void encode(
      float[] source, int sourceOffset, MemorySegment target, long offset, int count) {
    for (int i = 0; i < count; i++) {
      short half = Float.floatToFloat16(source[sourceOffset + i]);
      target.set(Tensor.SHORT, offset + 2L * i, half);
    }
  }
}
