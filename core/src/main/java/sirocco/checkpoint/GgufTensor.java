package sirocco.checkpoint;

import sirocco.tensor.DType;
import sirocco.tensor.Shape;

/// What a GGUF file says of one tensor.
///
/// @param name as in the file
/// @param shape outermost extent first, the reverse of the file's order
/// @param offset bytes from the start of the data section
/// @param bytes its size
public record GgufTensor(String name, DType dtype, Shape shape, long offset, long bytes) {
  /// The names of ggml's tensor types (ggml.h, `enum ggml_type`), so that a type that cannot be
  /// read is at least called by its name.
  private static final String[] GGML_TYPES = {
    "F32",
    "F16",
    "Q4_0",
    "Q4_1",
    "Q4_2",
    "Q4_3",
    "Q5_0",
    "Q5_1",
    "Q8_0",
    "Q8_1",
    "Q2_K",
    "Q3_K",
    "Q4_K",
    "Q5_K",
    "Q6_K",
    "Q8_K",
    "IQ2_XXS",
    "IQ2_XS",
    "IQ3_XXS",
    "IQ1_S",
    "IQ4_NL",
    "IQ3_S",
    "IQ2_S",
    "IQ4_XS",
    "I8",
    "I16",
    "I32",
    "I64",
    "F64",
    "IQ1_M",
    "BF16",
    "Q4_0_4_4",
    "Q4_0_4_8",
    "Q4_0_8_8",
    "TQ1_0",
    "TQ2_0",
    "IQ4_NL_4_4",
    "IQ4_NL_4_8",
    "IQ4_NL_8_8",
    "MXFP4",
    "NVFP4"
  };

  /// ggml's name of a tensor type, for messages.
  static String typeName(int id) {
    return id >= 0 && id < GGML_TYPES.length ? GGML_TYPES[id] : "number " + (id & 0xFFFFFFFFL);
  }
}
