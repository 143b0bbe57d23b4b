package sirocco.tensor.quant;

import sirocco.tensor.DType;
import sirocco.tensor.TensorException;

/// The format of each type.
public final class Formats {
  private Formats() {}

  /// How numbers of this type are read and made.
  ///
  /// @throws TensorException if the type holds whole numbers, which are never weights
  public static Format of(DType dtype) {
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
