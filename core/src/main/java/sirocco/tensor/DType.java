package sirocco.tensor;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/// How the numbers of a tensor are stored.
///
/// A quantised type packs `blockElements` numbers into `blockBytes` bytes; plain types are blocks
/// of one. The ids and block sizes are those of the GGUF specification (ggml's `enum ggml_type`).
public enum DType {
  F32(0, 1, 4),
  F16(1, 1, 2),
  BF16(30, 1, 2),
  F64(28, 1, 8),
  Q4_0(2, 32, 18),
  Q4_1(3, 32, 20),
  Q5_0(6, 32, 22),
  Q5_1(7, 32, 24),
  Q8_0(8, 32, 34),
  Q2_K(10, 256, 84),
  Q3_K(11, 256, 110),
  Q4_K(12, 256, 144),
  Q5_K(13, 256, 176),
  Q6_K(14, 256, 210),
  IQ4_NL(20, 32, 18),
  IQ4_XS(23, 256, 136),
  I8(24, 1, 1),
  I16(25, 1, 2),
  I32(26, 1, 4),
  I64(27, 1, 8);

  private final int ggufId;
  private final int blockElements;
  private final int blockBytes;

  DType(int ggufId, int blockElements, int blockBytes) {
    this.ggufId = ggufId;
    this.blockElements = blockElements;
    this.blockBytes = blockBytes;
  }

  /// The number that stands for this type in a GGUF file.
  public int ggufId() {
    return ggufId;
  }

  /// Numbers in one block; 1 for plain types.
  public int blockElements() {
    return blockElements;
  }

  /// Bytes of one block.
  public int blockBytes() {
    return blockBytes;
  }

  /// Whether numbers are packed in blocks with shared scales.
  public boolean isQuantized() {
    return blockElements > 1;
  }

  /// Whether the values are real numbers, that is, whether a weight may have this type.
  public boolean isReal() {
    return switch (this) {
      case I8, I16, I32, I64 -> false;
      case F32,
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
          IQ4_XS ->
          true;
    };
  }

  /// Bytes that `elements` numbers take.
  ///
  /// @throws TensorException if they do not fill whole blocks, or the size passes 2^63
  public long bytes(long elements) {
    if (elements < 0 || elements % blockElements != 0) {
      throw new TensorException(
          elements + " numbers do not fill blocks of " + blockElements + " (" + this + ")");
    }
    try {
      return Math.multiplyExact(elements / blockElements, (long) blockBytes);
    } catch (ArithmeticException e) {
      throw new TensorException(elements + " numbers of type " + this + " pass 2^63 bytes", e);
    }
  }

  /// The type with this GGUF id, if Sirocco reads it.
  public static Optional<DType> ofGguf(int id) {
    return Arrays.stream(values()).filter(t -> t.ggufId == id).findFirst();
  }

  /// The names of the types a weight may have, for messages.
  public static String readable() {
    return Arrays.stream(values())
        .filter(DType::isReal)
        .map(DType::name)
        .collect(Collectors.joining(" "));
  }
}
