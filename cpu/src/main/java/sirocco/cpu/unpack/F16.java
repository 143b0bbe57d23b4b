package sirocco.cpu.unpack;

import java.lang.foreign.MemorySegment;
import sirocco.tensor.Tensor;

/// IEEE 754 half precision.
final class F16 {
  private F16() {}

  /// A plain loop: the compiler knows the processor's instruction, the Vector API does not.
  static void unpack(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    for (int i = 0; i < count; i++) {
      target[targetOffset + i] = Float.float16ToFloat(source.get(Tensor.SHORT, offset + 2L * i));
    }
  }
}
