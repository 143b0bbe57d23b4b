package sirocco.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;

/// Numbers of one type in native memory, row after row.
///
/// The segment is always native (allocated or mapped, never a Java array): a kernel that has seen
/// several kinds of segment is compiled 10 to 25 times slower (docs/adr/0002). Values are
/// little-endian, as in every file format that Sirocco reads.
///
/// @param dtype how a number is stored
/// @param shape extents, outermost first
/// @param data exactly `dtype.bytes(shape.elements())` bytes
public record Tensor(DType dtype, Shape shape, MemorySegment data) {
  /// A little-endian float32 at any address.
  public static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// A little-endian int16 at any address: the carrier of F16 and BF16.
  public static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// A little-endian int32 at any address.
  public static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// A little-endian int64 at any address.
  public static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// A little-endian float64 at any address.
  public static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// The alignment of everything allocated here: one cache line, one 512-bit vector.
  private static final long ALIGNMENT = 64;

  public Tensor {
    if (!data.isNative()) {
      throw new TensorException("tensor " + dtype + shape + ": the segment must be native memory");
    }
    if (dtype.blockElements() > 1
        && (shape.rank() == 0 || shape.extent(shape.rank() - 1) % dtype.blockElements() != 0)) {
      throw new TensorException(
          "tensor " + dtype + shape + ": a row must fill blocks of " + dtype.blockElements());
    }
    long bytes = dtype.bytes(shape.elements());
    if (data.byteSize() != bytes) {
      throw new TensorException(
          "tensor " + dtype + shape + ": expected " + bytes + " bytes, found " + data.byteSize());
    }
  }

  /// A tensor of zeros.
  public static Tensor allocate(DType dtype, Shape shape, SegmentAllocator allocator) {
    return new Tensor(dtype, shape, allocator.allocate(dtype.bytes(shape.elements()), ALIGNMENT));
  }

  /// A float32 tensor of zeros.
  public static Tensor floats(Shape shape, SegmentAllocator allocator) {
    return allocate(DType.F32, shape, allocator);
  }

  /// A float32 tensor that holds a copy of `values`.
  public static Tensor copyOf(float[] values, Shape shape, Arena arena) {
    Tensor tensor = floats(shape, arena);
    if (values.length != shape.elements()) {
      throw new TensorException(
          "shape " + shape + " takes " + shape.elements() + " values, found " + values.length);
    }
    MemorySegment.copy(values, 0, tensor.data, FLOAT, 0, values.length);
    return tensor;
  }

  /// Rows: every extent but the last, multiplied. A vector is one row.
  public long rows() {
    return columns() == 0 ? 0 : shape.elements() / columns();
  }

  /// Numbers in one row.
  public long columns() {
    return shape.rank() == 0 ? 1 : shape.extent(shape.rank() - 1);
  }

  /// Bytes from one row to the next.
  public long rowBytes() {
    return dtype.bytes(columns());
  }

  /// Entry `index` along the outermost axis, sharing memory: expert e of `[E, F, D]` is an `[F,
  /// D]`.
  public Tensor entry(long index) {
    Shape inner = shape.inner();
    long bytes = dtype.bytes(inner.elements());
    return new Tensor(dtype, inner, data.asSlice(Math.multiplyExact(index, bytes), bytes));
  }

  /// `count` entries along the outermost axis from `start`, sharing memory.
  public Tensor entries(long start, long count) {
    Shape inner = shape.inner();
    long bytes = dtype.bytes(inner.elements());
    var extents = new ArrayList<>(shape.extents());
    extents.set(0, count);
    return new Tensor(
        dtype,
        new Shape(extents),
        data.asSlice(Math.multiplyExact(start, bytes), Math.multiplyExact(count, bytes)));
  }

  /// The same memory under another shape with as many elements.
  public Tensor reshape(long... extents) {
    return new Tensor(dtype, Shape.of(extents), data);
  }

  /// Number `index` of a float32 tensor.
  public float getFloat(long index) {
    return data.get(FLOAT, index * Float.BYTES);
  }

  /// Sets number `index` of a float32 tensor.
  public void setFloat(long index, float value) {
    data.set(FLOAT, index * Float.BYTES, value);
  }

  /// A copy of a float32 tensor's numbers.
  public float[] toFloats() {
    if (dtype != DType.F32) {
      throw new TensorException("tensor " + dtype + shape + ": expected F32");
    }
    return data.toArray(FLOAT);
  }

  @Override
  public String toString() {
    return dtype + shape.toString();
  }
}
