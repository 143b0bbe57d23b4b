package sirocco.cpu.unpack;

import java.lang.foreign.MemorySegment;
import sirocco.tensor.DType;
import sirocco.tensor.Tensor;
import sirocco.tensor.TensorException;
import sirocco.tensor.quant.Formats;

/// Weights of any type to float32.
public final class Unpack {
  private Unpack() {}

  /// Reads `count` numbers, as [sirocco.tensor.quant.Format#decode] does, bit for bit; of NaN only
  /// that it is one.
  ///
  /// @param source native memory
  /// @param offset byte offset of the first block
  /// @param target receives the numbers from `targetOffset`
  /// @param count a multiple of the block's elements
  public static void numbers(
      DType type, MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    switch (type) {
      case F32 -> MemorySegment.copy(source, Tensor.FLOAT, offset, target, targetOffset, count);
      case F16 -> F16.unpack(source, offset, target, targetOffset, count);
      case BF16 -> BF16.unpack(source, offset, target, targetOffset, count);
      // No model that is worth its speed has such weights.
      case F64 -> Formats.of(type).decode(source, offset, target, targetOffset, count);
      case Q4_0 -> Q4_0.unpack(source, offset, target, targetOffset, count);
      case Q4_1 -> Q4_1.unpack(source, offset, target, targetOffset, count);
      case Q5_0 -> Q5_0.unpack(source, offset, target, targetOffset, count);
      case Q5_1 -> Q5_1.unpack(source, offset, target, targetOffset, count);
      case Q8_0 -> Q8_0.unpack(source, offset, target, targetOffset, count);
      case Q2_K -> Q2_K.unpack(source, offset, target, targetOffset, count);
      case Q3_K -> Q3_K.unpack(source, offset, target, targetOffset, count);
      case Q4_K -> Q4_K.unpack(source, offset, target, targetOffset, count);
      case Q5_K -> Q5_K.unpack(source, offset, target, targetOffset, count);
      case Q6_K -> Q6_K.unpack(source, offset, target, targetOffset, count);
      case IQ4_NL -> IQ4_NL.unpack(source, offset, target, targetOffset, count);
      case IQ4_XS -> IQ4_XS.unpack(source, offset, target, targetOffset, count);
      case I8, I16, I32, I64 ->
          throw new TensorException(
              "type " + type + " holds whole numbers; a weight is one of " + DType.readable());
    }
  }
}
