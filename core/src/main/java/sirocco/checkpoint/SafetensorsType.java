package sirocco.checkpoint;

import java.util.Optional;
import sirocco.tensor.DType;

/// The names of types in a safetensors header (source: the format's specification,
/// huggingface/safetensors README) and the types of ours they stand for.
final class SafetensorsType {
  private SafetensorsType() {}

  /// The type with this name, if Sirocco reads it. `BOOL`, `U8` and the 8-bit floats are not read.
  static Optional<DType> of(String name) {
    return switch (name) {
      case "F32" -> Optional.of(DType.F32);
      case "F16" -> Optional.of(DType.F16);
      case "BF16" -> Optional.of(DType.BF16);
      case "F64" -> Optional.of(DType.F64);
      case "I8" -> Optional.of(DType.I8);
      case "I16" -> Optional.of(DType.I16);
      case "I32" -> Optional.of(DType.I32);
      case "I64" -> Optional.of(DType.I64);
      default -> Optional.empty();
    };
  }

  /// What a header calls this type; empty for quantised types, which only GGUF holds.
  static Optional<String> name(DType dtype) {
    return dtype.isQuantized() ? Optional.empty() : Optional.of(dtype.name());
  }
}
