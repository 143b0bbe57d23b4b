package sirocco.checkpoint;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import sirocco.tensor.DType;
import sirocco.tensor.Shape;
import sirocco.tensor.TensorException;

/// Everything before a GGUF file's data section (format: ggml, docs/gguf.md): magic, version,
/// counts, metadata, one record a tensor.
final class GgufHead {
  private static final int MAGIC = 0x46554747; // "GGUF"
  private static final int MAX_KEY_BYTES = 65_535;
  private static final int MAX_KEYS = 65_536;
  private static final int MAX_TENSORS = 1 << 16;
  private static final int MAX_ARRAY_DEPTH = 4;
  private static final int MAX_DIMENSIONS = 4;
  private static final long MAX_ALIGNMENT = 1 << 20;
  private static final long DEFAULT_ALIGNMENT = 32;
  private static final String ALIGNMENT_KEY = "general.alignment";

  private final GgufCursor in;
  private final long fileBytes;
  private final int version;
  private final SequencedMap<String, GgufValue> metadata = new LinkedHashMap<>();
  private final SequencedMap<String, GgufTensor> tensors = new LinkedHashMap<>();
  private final long alignment;
  private final long dataStart;

  GgufHead(Path file, MemorySegment bytes) {
    in = new GgufCursor(file, bytes);
    fileBytes = bytes.byteSize();
    version = version(bytes);
    long tensorCount = in.count("tensors", 4 * Long.BYTES);
    long keyCount = in.count("metadata keys", Long.BYTES + Integer.BYTES + 1);
    cap("tensors", tensorCount, MAX_TENSORS);
    cap("metadata keys", keyCount, MAX_KEYS);
    for (long i = 0; i < keyCount; i++) {
      readEntry(i);
    }
    alignment = readAlignment();
    for (long i = 0; i < tensorCount; i++) {
      readTensor(i, tensorCount);
    }
    // No tensors, no data: such a file may end where its records end.
    dataStart = Math.ceilDiv(in.position(), alignment) * alignment;
    checkPlaces();
  }

  int version() {
    return version;
  }

  SequencedMap<String, GgufValue> metadata() {
    return metadata;
  }

  SequencedMap<String, GgufTensor> tensors() {
    return tensors;
  }

  long alignment() {
    return alignment;
  }

  long dataStart() {
    return dataStart;
  }

  private int version(MemorySegment bytes) {
    if (in.remaining() < Integer.BYTES || in.int32() != MAGIC) {
      throw in.error("expected a GGUF file, found " + GgufLookalike.describe(bytes));
    }
    int found = in.int32();
    if (found == 2 || found == 3) {
      return found;
    }
    if (found == Integer.reverseBytes(2) || found == Integer.reverseBytes(3)) {
      throw in.error("expected a little-endian GGUF file, found a big-endian one");
    }
    throw in.error(
        "expected GGUF version 2 or 3, found "
            + Integer.toUnsignedString(found)
            + (found == 1 ? " (of August 2023: convert the original model again)" : ""));
  }

  private void cap(String what, long found, long limit) {
    if (found > limit) {
      throw in.error("expected at most " + limit + " " + what + ", found " + found);
    }
  }

  private void readEntry(long index) {
    in.enter("metadata entry " + index);
    String key = in.text("key", MAX_KEY_BYTES);
    in.enter("metadata key " + GgufCursor.printable(key));
    if (metadata.putIfAbsent(key, readValue(readType())) != null) {
      throw in.error("expected one value, found the key twice");
    }
  }

  private GgufType readType() {
    int id = in.int32();
    return GgufType.of(id)
        .orElseThrow(
            () -> in.error("expected a value type from 0 to 12, found " + (id & 0xFFFFFFFFL)));
  }

  private GgufValue readValue(GgufType type) {
    return switch (type) {
      case UINT8 -> new GgufValue.Whole(type, in.uint8());
      case INT8 -> new GgufValue.Whole(type, (byte) in.uint8());
      case UINT16 -> new GgufValue.Whole(type, in.uint16());
      case INT16 -> new GgufValue.Whole(type, (short) in.uint16());
      case UINT32 -> new GgufValue.Whole(type, Integer.toUnsignedLong(in.int32()));
      case INT32 -> new GgufValue.Whole(type, in.int32());
      case UINT64, INT64 -> new GgufValue.Whole(type, in.int64());
      case FLOAT32 -> new GgufValue.Real(type, in.float32());
      case FLOAT64 -> new GgufValue.Real(type, in.float64());
      case BOOL -> readFlag();
      case STRING -> new GgufValue.Text(in.text("value"));
      case ARRAY -> readArray(1);
    };
  }

  private GgufValue readFlag() {
    int found = in.uint8();
    if (found > 1) {
      throw in.error("expected a BOOL of 0 or 1, found " + found);
    }
    return new GgufValue.Flag(found == 1);
  }

  private GgufValue.Array readArray(int depth) {
    if (depth > MAX_ARRAY_DEPTH) {
      throw in.error("expected arrays nested at most " + MAX_ARRAY_DEPTH + " deep, found more");
    }
    GgufType element = readType();
    long smallest =
        switch (element) {
          case STRING -> Long.BYTES;
          case ARRAY -> Integer.BYTES + Long.BYTES;
          case UINT8, INT8, UINT16, INT16, UINT32, INT32, FLOAT32, BOOL, UINT64, INT64, FLOAT64 ->
              element.bytes();
        };
    long count = in.count(element + " values", smallest);
    long start = in.position();
    switch (element) {
      case STRING -> {
        for (long i = 0; i < count; i++) {
          in.skipText();
        }
      }
      case ARRAY -> {
        for (long i = 0; i < count; i++) {
          readArray(depth + 1);
        }
      }
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, FLOAT32, BOOL, UINT64, INT64, FLOAT64 ->
          in.skip(count * element.bytes());
    }
    return new GgufValue.Array(element, count, in.since(start));
  }

  private long readAlignment() {
    GgufValue value = metadata.get(ALIGNMENT_KEY);
    if (value == null) {
      return DEFAULT_ALIGNMENT;
    }
    in.enter("metadata key " + ALIGNMENT_KEY);
    if (value instanceof GgufValue.Whole(GgufType type, long bytes)
        && type == GgufType.UINT32
        && Long.bitCount(bytes) == 1
        && bytes <= MAX_ALIGNMENT) {
      return bytes;
    }
    throw in.error(
        "expected a UINT32 power of two up to "
            + MAX_ALIGNMENT
            + ", found "
            + value.type()
            + " "
            + GgufCursor.printable(value.toString()));
  }

  private void readTensor(long index, long count) {
    in.enter("tensor record " + index + " of " + count);
    String name = in.text("name", MAX_KEY_BYTES);
    in.enter("tensor " + GgufCursor.printable(name));
    Shape shape = readShape();
    DType dtype = readDType();
    long columns = shape.extent(shape.rank() - 1);
    if (columns % dtype.blockElements() != 0) {
      throw in.error(
          "expected rows in whole "
              + dtype
              + " blocks of "
              + dtype.blockElements()
              + " numbers, found rows of "
              + columns);
    }
    long bytes;
    try {
      bytes = dtype.bytes(shape.elements());
    } catch (TensorException e) {
      throw in.error(e);
    }
    long offset = in.int64();
    if (offset < 0 || offset % alignment != 0) {
      throw in.error(
          "expected an offset in multiples of "
              + alignment
              + ", found "
              + Long.toUnsignedString(offset));
    }
    if (tensors.putIfAbsent(name, new GgufTensor(name, dtype, shape, offset, bytes)) != null) {
      throw in.error("expected one tensor of this name, found two");
    }
  }

  private DType readDType() {
    int id = in.int32();
    return DType.ofGguf(id)
        .orElseThrow(() ->
            in.error(
                "type "
                    + GgufTensor.typeName(id)
                    + " cannot be read; readable are "
                    + DType.readable()));
  }

  private Shape readShape() {
    int rank = in.int32();
    if (rank < 1 || rank > MAX_DIMENSIONS) {
      throw in.error(
          "expected 1 to "
              + MAX_DIMENSIONS
              + " dimensions, found "
              + Integer.toUnsignedString(rank));
    }
    Long[] extents = new Long[rank];
    for (int i = rank - 1; i >= 0; i--) {
      long extent = in.int64();
      if (extent < 1) {
        throw in.error(
            "expected dimensions of 1 to 2^63 - 1, found " + Long.toUnsignedString(extent));
      }
      extents[i] = extent;
    }
    try {
      return new Shape(Arrays.asList(extents));
    } catch (TensorException e) {
      throw in.error(e);
    }
  }

  /// Every tensor lies inside the file and apart from the others.
  private void checkPlaces() {
    List<GgufTensor> ordered =
        tensors.values().stream().sorted(Comparator.comparingLong(GgufTensor::offset)).toList();
    long room = fileBytes - dataStart;
    long end = 0;
    String before = "";
    for (GgufTensor tensor : ordered) {
      in.enter("tensor " + GgufCursor.printable(tensor.name()));
      if (tensor.bytes() > room || tensor.offset() > room - tensor.bytes()) {
        throw in.error(
            "expected "
                + tensor.bytes()
                + " bytes at byte "
                + tensor.offset()
                + " of the data section, found that the section has "
                + Math.max(0, room)
                + " (truncated?)");
      }
      if (tensor.offset() < end) {
        throw in.error(
            "expected an offset of "
                + end
                + " or more, found "
                + tensor.offset()
                + ", inside tensor "
                + GgufCursor.printable(before));
      }
      end = tensor.offset() + tensor.bytes();
      before = tensor.name();
    }
  }
}
