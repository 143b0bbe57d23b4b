package sirocco.tensor.quant;

import java.lang.foreign.MemorySegment;
import sirocco.tensor.DType;
import sirocco.tensor.Tensor;

/// IEEE 754 double precision: read to the nearest float32, written without loss.
public record F64() implements Format {
  @Override
  public DType dtype() {
    return DType.F64;
  }

  @Override
  public void decode(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    for (int i = 0; i < count; i++) {
      target[targetOffset + i] = (float) source.get(Tensor.DOUBLE, offset + 8L * i);
    }
  }

  @Override
  public void encode(
      float[] source, int sourceOffset, MemorySegment target, long offset, int count) {
    for (int i = 0; i < count; i++) {
      target.set(Tensor.DOUBLE, offset + 8L * i, source[sourceOffset + i]);
    }
  }
}
