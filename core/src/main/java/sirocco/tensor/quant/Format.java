package sirocco.tensor.quant;

import java.lang.foreign.MemorySegment;
import sirocco.tensor.DType;

/// One way of storing numbers: what its blocks mean and how a block is made. One file a format; the
/// formulas are those of ggml's block layouts, each named where it is used.
public interface Format {
  /// The type whose blocks these are.
  DType dtype();

  /// Reads `count` numbers. The segment is native memory.
  ///
  /// @param source where the blocks lie
  /// @param offset byte offset of the first block
  /// @param target receives the numbers from `targetOffset`
  /// @param count a multiple of the block's elements
  void decode(MemorySegment source, long offset, float[] target, int targetOffset, int count);

  /// Writes `count` numbers as blocks, choosing scales that keep the error small.
  ///
  /// @throws sirocco.tensor.TensorException if Sirocco only reads this type
  void encode(float[] source, int sourceOffset, MemorySegment target, long offset, int count);
}
