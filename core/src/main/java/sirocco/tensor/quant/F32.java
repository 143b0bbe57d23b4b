package sirocco.tensor.quant;

import java.lang.foreign.MemorySegment;
import sirocco.tensor.DType;
import sirocco.tensor.Tensor;

/// IEEE 754 single precision: lossless here.
public record F32() implements Format {
  @Override
  public DType dtype() {
    return DType.F32;
  }

  @Override
  public void decode(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    MemorySegment.copy(source, Tensor.FLOAT, offset, target, targetOffset, count);
  }

  @Override
  public void encode(
      float[] source, int sourceOffset, MemorySegment target, long offset, int count) {
    MemorySegment.copy(source, sourceOffset, target, Tensor.FLOAT, offset, count);
  }
}
