package sirocco.tensor.quant;

import java.lang.foreign.MemorySegment;
import sirocco.tensor.DType;

/// One way of storing numbers: what its blocks mean and how a block is made. One file a format; the
/// layouts are those of ggml's block types (ggml-common.h), each described where it is read.
///
/// Decoding is exact: every product and sum is a float32 operation in the order that gguf-py's
/// dequantisation does them. Formats hold no state; [Formats#of] gives the one of a type.
public sealed interface Format
    permits F32,
        F16,
        BF16,
        F64,
        Q4_0,
        Q4_1,
        Q5_0,
        Q5_1,
        Q8_0,
        Q2_K,
        Q3_K,
        Q4_K,
        Q5_K,
        Q6_K,
        IQ4_NL,
        IQ4_XS {
  /// The type whose blocks these are.
  DType dtype();

  /// Reads `count` numbers. The segment is native memory.
  ///
  /// @param source where the blocks lie
  /// @param offset byte offset of the first block
  /// @param target receives the numbers from `targetOffset`
  /// @param count a multiple of the block's elements
  void decode(MemorySegment source, long offset, float[] target, int targetOffset, int count);

  /// Writes `count` numbers as blocks, choosing scales that keep the error small. What is lost at
  /// worst is in docs/formats.md.
  ///
  /// @param count a multiple of the block's elements
  /// @throws sirocco.tensor.TensorException if a number is not finite or passes the type's reach
  ///   and the type is quantised; the message names the number's index in `source`
  void encode(float[] source, int sourceOffset, MemorySegment target, long offset, int count);
}
