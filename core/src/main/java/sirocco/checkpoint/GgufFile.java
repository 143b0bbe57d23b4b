package sirocco.checkpoint;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.BooleanSupplier;
import sirocco.tensor.Tensor;

/// A GGUF file of version 2 or 3, mapped into memory: its metadata and its tensors, whatever model
/// they make up (format: ggml, docs/gguf.md).
///
/// Nothing is copied. Tensors share the file's memory until [#close()]; using one after that throws
/// `IllegalStateException`. A file that another program cuts short while it is mapped cannot be
/// guarded against: the JVM then throws `InternalError` at the access. Replace model files by
/// renaming, as [GgufWriter] does; a mapping keeps the old content.
public final class GgufFile implements AutoCloseable {
  private final Path path;
  private final MemorySegment bytes;
  private final Optional<MappedFile> mapped;
  private final Runnable release;
  private final GgufHead head;
  private final GgufMetadata metadata;

  private GgufFile(Path path, MemorySegment bytes, Optional<MappedFile> mapped, Runnable release) {
    this.path = path;
    this.bytes = bytes;
    this.mapped = mapped;
    this.release = release;
    this.head = new GgufHead(path, bytes);
    this.metadata = new GgufMetadata(path, head.metadata());
  }

  /// Opens a file and checks its head: counts, types, lengths, and that every tensor lies inside
  /// the file and apart from the others.
  ///
  /// @throws CheckpointException if it is missing, not GGUF, damaged, or has tensors of a type that
  ///   cannot be read
  public static GgufFile open(Path path) {
    Arena arena = Arena.ofShared();
    try {
      MappedFile mapped = MappedFile.map(path, arena);
      return new GgufFile(path, mapped.bytes(), Optional.of(mapped), arena::close);
    } catch (InternalError e) {
      // What a fault in mapped memory becomes: the file shrank under us.
      arena.close();
      throw new CheckpointException(path, "changed while it was being read", e);
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  /// A file that is in native memory already; the caller owns the memory.
  static GgufFile of(Path name, MemorySegment bytes) {
    return new GgufFile(name, bytes, Optional.empty(), () -> {});
  }

  public Path path() {
    return path;
  }

  /// 2 or 3.
  public int version() {
    return head.version();
  }

  public GgufMetadata metadata() {
    return metadata;
  }

  /// Every tensor by name, in the file's order.
  public SequencedMap<String, GgufTensor> tensors() {
    return Collections.unmodifiableSequencedMap(head.tensors());
  }

  /// The numbers of a tensor, in the file's memory.
  ///
  /// @throws CheckpointException if there is none of this name
  public Tensor tensor(String name) {
    GgufTensor found = head.tensors().get(name);
    if (found == null) {
      throw new CheckpointException(path, "tensor " + GgufCursor.printable(name) + ": is missing");
    }
    return new Tensor(
        found.dtype(),
        found.shape(),
        bytes.asSlice(head.dataStart() + found.offset(), found.bytes()));
  }

  /// Copies a tensor of this file, in large reads.
  MemorySegment read(Tensor tensor, MemorySegment room) {
    return mapped
        .map(file -> file.read(tensor.data(), room))
        .orElseGet(() -> room.asSlice(0, tensor.data().byteSize()).copyFrom(tensor.data()));
  }

  /// As [Checkpoint#settle] says.
  long settle(BooleanSupplier goOn) {
    return mapped.map(file -> file.moveToLargePages(goOn)).orElse(0L);
  }

  /// Bytes of the file.
  public long size() {
    return bytes.byteSize();
  }

  /// Unmaps the file. Tensors taken from it must not be used any more.
  @Override
  public void close() {
    release.run();
  }
}
