package sirocco.checkpoint;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.SequencedMap;
import sirocco.tensor.DType;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;

/// Writes a GGUF file of version 3, tensor after tensor, holding none of them in memory.
///
/// The bytes go to a hidden file beside the target, which takes the target's name only at
/// [#commit()]; a writer that is closed before leaves nothing behind.
public final class GgufWriter implements AutoCloseable {
  private static final int ALIGNMENT = 32;
  private static final int VERSION = 3;

  /// A tensor that is going to be written.
  ///
  /// @param shape outermost extent first
  public record Declared(String name, DType dtype, Shape shape) {
    /// Bytes of the tensor.
    public long bytes() {
      return dtype.bytes(shape.elements());
    }
  }

  private final Path target;
  private final AtomicFile file;
  private final List<Declared> tensors;
  private long position;
  private int next;
  private long missing;

  private GgufWriter(Path target, List<Declared> tensors) {
    this.target = target;
    this.tensors = List.copyOf(tensors);
    this.file = new AtomicFile(target);
  }

  /// Starts a file.
  ///
  /// @param target replaced at commit if it is there
  /// @param metadata in the order it is written
  /// @param tensors all of them, in the order they will come
  /// @throws CheckpointException if a name or shape cannot be written, or the folder cannot be
  ///   written to
  public static GgufWriter create(
      Path target, SequencedMap<String, GgufValue> metadata, List<Declared> tensors) {
    check(target, tensors);
    byte[] head = head(metadata, tensors);
    var writer = new GgufWriter(target, tensors);
    try {
      writer.put(MemorySegment.ofArray(head));
      writer.pad();
      return writer;
    } catch (RuntimeException | Error e) {
      writer.close();
      throw e;
    }
  }

  private static void check(Path target, List<Declared> tensors) {
    var names = new HashSet<String>();
    for (Declared tensor : tensors) {
      int rank = tensor.shape().rank();
      if (!names.add(tensor.name())) {
        throw new CheckpointException(target, "tensor " + tensor.name() + ": declared twice");
      }
      if (rank < 1
          || rank > 4
          || tensor.shape().elements() == 0
          || tensor.shape().extent(rank - 1) % tensor.dtype().blockElements() != 0) {
        throw new CheckpointException(
            target,
            "tensor "
                + tensor.name()
                + ": expected 1 to 4 extents and rows in whole blocks of "
                + tensor.dtype().blockElements()
                + ", found "
                + tensor.dtype()
                + tensor.shape());
      }
    }
  }

  private static byte[] head(SequencedMap<String, GgufValue> metadata, List<Declared> tensors) {
    var out = new Head();
    out.bytes.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
    out.int32(VERSION);
    out.int64(tensors.size());
    out.int64(metadata.size());
    metadata.forEach((key, value) -> {
      out.text(key);
      out.int32(value.type().id());
      out.value(value);
    });
    long offset = 0;
    for (Declared tensor : tensors) {
      out.text(tensor.name());
      out.int32(tensor.shape().rank());
      tensor.shape().extents().reversed().forEach(out::int64);
      out.int32(tensor.dtype().ggufId());
      out.int64(offset);
      offset += Math.ceilDiv(tensor.bytes(), ALIGNMENT) * ALIGNMENT;
    }
    return out.bytes.toByteArray();
  }

  /// Starts the next tensor.
  ///
  /// @throws CheckpointException if it is not the one that was declared next, or the one before
  ///   lacks bytes
  public void begin(String name) {
    requireWhole();
    if (next == tensors.size() || !tensors.get(next).name().equals(name)) {
      String expected = next == tensors.size() ? "no more tensors" : tensors.get(next).name();
      throw new CheckpointException(target, "tensor " + name + ": expected " + expected);
    }
    missing = tensors.get(next).bytes();
    next++;
  }

  /// Adds the next piece of the tensor that was begun.
  ///
  /// @throws CheckpointException if its type is another or there is no room for it
  public void append(Tensor piece) {
    Declared current = current();
    if (piece.dtype() != current.dtype() || piece.data().byteSize() > missing) {
      throw new CheckpointException(
          target,
          "tensor "
              + current.name()
              + ": expected "
              + current.dtype()
              + " of at most "
              + missing
              + " bytes, found "
              + piece);
    }
    put(piece.data());
    missing -= piece.data().byteSize();
    if (missing == 0) {
      pad();
    }
  }

  /// Begins a tensor and writes all of it.
  public void write(String name, Tensor tensor) {
    begin(name);
    append(tensor);
    requireWhole();
  }

  /// Makes the file durable and gives it its name.
  ///
  /// @throws CheckpointException if a declared tensor was not written
  public void commit() {
    requireWhole();
    if (next < tensors.size()) {
      throw new CheckpointException(
          target, "tensor " + tensors.get(next).name() + ": declared, but not written");
    }
    file.commit();
  }

  /// Drops the file unless it was committed.
  @Override
  public void close() {
    file.close();
  }

  private Declared current() {
    if (next == 0) {
      throw new CheckpointException(target, "expected begin before append");
    }
    return tensors.get(next - 1);
  }

  private void requireWhole() {
    if (missing > 0) {
      throw new CheckpointException(
          target, "tensor " + current().name() + ": " + missing + " bytes were not written");
    }
  }

  private void put(MemorySegment bytes) {
    file.write(bytes, position);
    position += bytes.byteSize();
  }

  private void pad() {
    int behind = (int) (position % ALIGNMENT);
    if (behind > 0) {
      put(MemorySegment.ofArray(new byte[ALIGNMENT - behind]));
    }
  }

  /// The bytes before the data section.
  private static final class Head {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ByteBuffer word = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);

    void int32(int value) {
      bytes.write(word.putInt(0, value).array(), 0, Integer.BYTES);
    }

    void int64(long value) {
      bytes.write(word.putLong(0, value).array(), 0, Long.BYTES);
    }

    void text(String value) {
      byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
      int64(utf8.length);
      bytes.writeBytes(utf8);
    }

    void value(GgufValue value) {
      switch (value) {
        // Little-endian: the low bytes of the long are the shorter types.
        case GgufValue.Whole(GgufType type, long number) ->
            bytes.write(word.putLong(0, number).array(), 0, type.bytes());
        case GgufValue.Real(GgufType type, double number) -> {
          if (type == GgufType.FLOAT32) {
            int32(Float.floatToRawIntBits((float) number));
          } else {
            int64(Double.doubleToRawLongBits(number));
          }
        }
        case GgufValue.Flag(boolean set) -> bytes.write(set ? 1 : 0);
        case GgufValue.Text(String text) -> text(text);
        case GgufValue.Array(GgufType element, long count, MemorySegment data) -> {
          int32(element.id());
          int64(count);
          bytes.writeBytes(data.toArray(ValueLayout.JAVA_BYTE));
        }
      }
    }
  }
}
