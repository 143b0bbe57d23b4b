package sirocco.cpu.rows;

import java.lang.foreign.MemorySegment;
import sirocco.tensor.DType;
import sirocco.tensor.TensorException;

/// Products with rows of a matrix of one type. One file a type; the layouts are described in
/// `sirocco.tensor.quant`, whose decoders these kernels are tested against.
public sealed interface RowKernel
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
  /// Multiplies one row of the matrix with every row of inputs.
  ///
  /// @param rows the inputs, and where the products go
  /// @param weights native memory
  /// @param at byte offset of the matrix's row
  /// @param output which number of each row of products this is
  void row(Rows rows, MemorySegment weights, long at, int output);

  /// The kernel of a type.
  ///
  /// @throws TensorException if the type holds whole numbers, which are never weights
  static RowKernel of(DType dtype) {
    return switch (dtype) {
      case F32 -> new F32();
      case F16 -> new F16();
      case BF16 -> new BF16();
      case F64 -> new F64();
      case Q4_0 -> new Q4_0();
      case Q4_1 -> new Q4_1();
      case Q5_0 -> new Q5_0();
      case Q5_1 -> new Q5_1();
      case Q8_0 -> new Q8_0();
      case Q2_K -> new Q2_K();
      case Q3_K -> new Q3_K();
      case Q4_K -> new Q4_K();
      case Q5_K -> new Q5_K();
      case Q6_K -> new Q6_K();
      case IQ4_NL -> new IQ4_NL();
      case IQ4_XS -> new IQ4_XS();
      case I8, I16, I32, I64 ->
          throw new TensorException(
              "type " + dtype + " holds whole numbers; a weight is one of " + DType.readable());
    };
  }
}
