package sirocco.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayList;
import java.util.List;

/// Scratch memory of forward passes, used again by each: one a thread that calls models. Memory is
/// handed out in a stack; [#release] takes back what was handed out since its [#mark]. It is not
/// cleared, and kept until [#close]: at most twice what the largest pass so far took. Who feeds
/// prompts in chunks bounds that.
public final class Workspace implements SegmentAllocator, AutoCloseable {
  private static final long FIRST_CHUNK = 1 << 16;

  private final Arena arena = Arena.ofShared();
  private final List<MemorySegment> chunks = new ArrayList<>();
  private int chunk;
  private long used;

  /// A point to go back to.
  public record Mark(int chunk, long used) {}

  /// Where the stack stands.
  public Mark mark() {
    return new Mark(chunk, used);
  }

  /// Takes back everything handed out since `mark`.
  public void release(Mark mark) {
    chunk = mark.chunk;
    used = mark.used;
  }

  /// Takes back everything.
  public void reset() {
    release(new Mark(0, 0));
  }

  /// Bytes held, in use or not.
  public long heldBytes() {
    return chunks.stream().mapToLong(MemorySegment::byteSize).sum();
  }

  @Override
  public MemorySegment allocate(long byteSize, long byteAlignment) {
    while (chunk < chunks.size()) {
      long start = Math.ceilDiv(used, byteAlignment) * byteAlignment;
      if (start + byteSize <= chunks.get(chunk).byteSize()) {
        used = start + byteSize;
        return chunks.get(chunk).asSlice(start, byteSize);
      }
      chunk++;
      used = 0;
    }
    chunks.add(arena.allocate(Math.max(Math.max(FIRST_CHUNK, heldBytes()), byteSize), 64));
    return allocate(byteSize, byteAlignment);
  }

  @Override
  public void close() {
    arena.close();
  }
}
