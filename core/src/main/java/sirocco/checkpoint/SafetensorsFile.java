package sirocco.checkpoint;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import sirocco.tensor.Tensor;

/// One safetensors file, mapped into memory. Tensors share the file's memory: after [#close] any
/// access to them throws `IllegalStateException`.
///
/// The whole header is checked when the file is opened: names once, types known, sizes right, data
/// without overlap or hole.
public final class SafetensorsFile implements AutoCloseable {
  private final Path path;
  private final Arena arena;
  private final boolean ownsArena;
  private final MappedFile mapped;
  private final MemorySegment bytes;
  private final SafetensorsHeader header;

  private SafetensorsFile(Path path, Arena arena, boolean ownsArena) {
    this.path = path;
    this.arena = arena;
    this.ownsArena = ownsArena;
    this.mapped = MappedFile.map(path, arena);
    this.bytes = mapped.bytes();
    this.header = SafetensorsHeader.parse(path, bytes);
  }

  /// Maps a file.
  ///
  /// @throws CheckpointException if the file cannot be read or its header is wrong
  public static SafetensorsFile open(Path path) {
    Arena arena = Arena.ofShared();
    try {
      return new SafetensorsFile(path, arena, true);
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  /// Maps a file into an arena that someone else closes: the shards of a model share one.
  static SafetensorsFile open(Path path, Arena arena) {
    return new SafetensorsFile(path, arena, false);
  }

  public Path path() {
    return path;
  }

  /// What the header says of each tensor, in its order.
  public Collection<Checkpoint.Entry> entries() {
    return header.spans().values().stream().map(SafetensorsHeader.Span::entry).toList();
  }

  /// The strings under `__metadata__`.
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /// Bytes of the file.
  public long fileBytes() {
    return bytes.byteSize();
  }

  public boolean has(String name) {
    return header.spans().containsKey(name);
  }

  /// The tensor with this name, sharing the file's memory.
  ///
  /// @throws CheckpointException if there is none
  public Tensor tensor(String name) {
    return find(name)
        .orElseThrow(() -> new CheckpointException(path, "tensor " + name + " is missing"));
  }

  /// The tensor with this name, if there is one.
  public Optional<Tensor> find(String name) {
    SafetensorsHeader.Span span = header.spans().get(name);
    if (span == null) {
      return Optional.empty();
    }
    MemorySegment data =
        bytes.asSlice(header.dataStart() + span.begin(), span.end() - span.begin());
    return Optional.of(new Tensor(span.entry().dtype(), span.entry().shape(), data));
  }

  MappedFile mapped() {
    return mapped;
  }

  /// Unmaps the file.
  @Override
  public void close() {
    if (ownsArena) {
      arena.close();
    }
  }
}
