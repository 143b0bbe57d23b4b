package sirocco.checkpoint;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import sirocco.tensor.DType;
import sirocco.tensor.Shape;
import sirocco.tensor.TensorException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Writes a safetensors file piece by piece, so that no more than a piece need be in memory. All
/// tensors are declared first; then their data may come in any order, each tensor's in one or
/// several pieces from its start. The file appears when [#commit] is called; closing before that
/// leaves nothing behind.
///
/// The same declarations and data always give the same bytes. Tensors lie in order of declaration,
/// wider types first so that each is aligned to its width, as the reference implementation does.
public final class SafetensorsWriter implements AutoCloseable {
  private final Path path;
  private final AtomicFile file;
  private final long dataStart;
  private final Map<String, Slot> slots = new LinkedHashMap<>();

  /// A tensor to be written.
  public record Declaration(String name, DType dtype, Shape shape) {}

  /// Where a tensor goes: what is left lies from `position` to `end`, from the data's start.
  private static final class Slot {
    private final long end;
    private long position;

    Slot(long begin, long end) {
      this.position = begin;
      this.end = end;
    }

    long left() {
      return end - position;
    }
  }

  /// Starts a file.
  ///
  /// @param path where it will be; its folder exists
  /// @param declarations every tensor, names once, plain types only
  /// @param metadata strings for `__metadata__`; Hugging Face wants `format` to be `pt` there
  /// @throws CheckpointException if a declaration makes no sense or the file cannot be made
  public SafetensorsWriter(
      Path path, List<Declaration> declarations, Map<String, String> metadata) {
    this.path = path;
    byte[] header = header(declarations, metadata);
    this.dataStart = (long) Long.BYTES + header.length;
    this.file = new AtomicFile(path);
    try {
      ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      file.write(length.putLong(0, header.length), 0);
      file.write(ByteBuffer.wrap(header), Long.BYTES);
    } catch (RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  /// Starts a file with the metadata that Hugging Face expects.
  public static SafetensorsWriter create(Path path, List<Declaration> declarations) {
    return new SafetensorsWriter(path, declarations, Map.of("format", "pt"));
  }

  private byte[] header(List<Declaration> declarations, Map<String, String> metadata) {
    var json = JsonMapper.shared();
    ObjectNode root = json.createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode strings = root.putObject("__metadata__");
      new TreeMap<>(metadata).forEach(strings::put);
    }
    List<Declaration> ordered =
        declarations.stream()
            .sorted(Comparator.comparingInt((Declaration d) -> d.dtype.blockBytes()).reversed())
            .toList();
    long begin = 0;
    for (Declaration d : ordered) {
      String type =
          SafetensorsType.name(d.dtype)
              .orElseThrow(() -> error(d.name, "type " + d.dtype + " has no safetensors name"));
      long end;
      try {
        end = Math.addExact(begin, d.dtype.bytes(d.shape.elements()));
      } catch (TensorException | ArithmeticException e) {
        throw new CheckpointException(path, "tensor " + d.name + ": " + e.getMessage(), e);
      }
      if (d.name.equals("__metadata__")
          || slots.putIfAbsent(d.name, new Slot(begin, end)) != null) {
        throw error(d.name, "is declared twice or has a reserved name");
      }
      ObjectNode entry = root.putObject(d.name).put("dtype", type);
      d.shape.extents().forEach(entry.putArray("shape")::add);
      entry.putArray("data_offsets").add(begin).add(end);
      begin = end;
    }
    byte[] text = json.writeValueAsBytes(root);
    // Spaces up to a multiple of 8, so that the data is aligned.
    byte[] padded = Arrays.copyOf(text, Math.ceilDiv(text.length, 8) * 8);
    Arrays.fill(padded, text.length, padded.length, (byte) ' ');
    return padded;
  }

  /// Writes the next bytes of a tensor.
  ///
  /// @throws CheckpointException if they pass its end, or the disk is full
  public void write(String name, MemorySegment piece) {
    Slot slot = slots.get(name);
    if (slot == null) {
      throw error(name, "was not declared");
    }
    if (piece.byteSize() > slot.left()) {
      throw error(
          name, "expected at most " + slot.left() + " more bytes, found " + piece.byteSize());
    }
    file.write(piece, dataStart + slot.position);
    slot.position += piece.byteSize();
  }

  /// Completes the file and puts it in its place.
  ///
  /// @throws CheckpointException if a tensor is incomplete or the disk is full
  public void commit() {
    slots.forEach((name, slot) -> {
      if (slot.left() != 0) {
        throw error(name, slot.left() + " bytes were never written");
      }
    });
    file.commit();
  }

  /// Deletes what was written unless it was committed.
  @Override
  public void close() {
    file.close();
  }

  private CheckpointException error(String name, String message) {
    return new CheckpointException(path, "tensor " + name + ": " + message);
  }
}
