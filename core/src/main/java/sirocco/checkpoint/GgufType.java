package sirocco.checkpoint;

import java.util.Optional;

/// The types of a metadata value, with the numbers of the GGUF specification (ggml, docs/gguf.md).
public enum GgufType {
  UINT8(0, 1),
  INT8(1, 1),
  UINT16(2, 2),
  INT16(3, 2),
  UINT32(4, 4),
  INT32(5, 4),
  FLOAT32(6, 4),
  BOOL(7, 1),
  /// A uint64 length and as many bytes of UTF-8.
  STRING(8, 0),
  /// An element type (uint32), a uint64 count and the elements.
  ARRAY(9, 0),
  UINT64(10, 8),
  INT64(11, 8),
  FLOAT64(12, 8);

  private static final GgufType[] BY_ID = values();

  private final int id;
  private final int bytes;

  GgufType(int id, int bytes) {
    this.id = id;
    this.bytes = bytes;
  }

  /// The number that stands for this type in a file.
  public int id() {
    return id;
  }

  /// Bytes of one value; 0 where the value says itself how long it is.
  public int bytes() {
    return bytes;
  }

  /// Whether values are whole numbers.
  public boolean isInteger() {
    return switch (this) {
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 -> true;
      case FLOAT32, FLOAT64, BOOL, STRING, ARRAY -> false;
    };
  }

  static Optional<GgufType> of(int id) {
    return id >= 0 && id < BY_ID.length ? Optional.of(BY_ID[id]) : Optional.empty();
  }
}
