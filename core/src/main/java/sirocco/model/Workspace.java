package sirocco.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayList;
import java.util.List;

/// Scratch memory of forward passes, used again by each: one a thread that calls models. Memory
/// that is handed out is valid until the next [#reset]; it is not cleared.
public final class Workspace implements SegmentAllocator, AutoCloseable {
  private static final long FIRST_CHUNK = 1 << 20;

  private final Arena arena = Arena.ofShared();
  private final List<MemorySegment> chunks = new ArrayList<>();
  private int current;
  private long used;

  /// Forgets everything handed out; the memory stays for the next pass.
  public void reset() {
    current = 0;
    used = 0;
  }

  @Override
  public MemorySegment allocate(long byteSize, long byteAlignment) {
    while (current < chunks.size()) {
      MemorySegment chunk = chunks.get(current);
      long start = Math.ceilDiv(used, byteAlignment) * byteAlignment;
      if (start + byteSize <= chunk.byteSize()) {
        used = start + byteSize;
        return chunk.asSlice(start, byteSize);
      }
      current++;
      used = 0;
    }
    long last = chunks.isEmpty() ? FIRST_CHUNK / 2 : chunks.getLast().byteSize();
    chunks.add(arena.allocate(Math.max(2 * last, byteSize), 64));
    return allocate(byteSize, byteAlignment);
  }

  @Override
  public void close() {
    arena.close();
  }
}
