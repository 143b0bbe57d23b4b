package sirocco.cpu;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import sirocco.cpu.NativeLibrary.Level;

/// Attention of many rows in C, for processors with AVX-512.
final class NativeQueryPanels implements QueryPanels {
  /// As kernels.c has them, under other names: lanes of a panel, and keys of a tile.
  private static final int LANES = 64;

  private static final int KEYS = 64;
  private static final long ALIGNMENT = 64;

  private final long call;
  private final long rooms;
  private final long roomBytes;

  private NativeQueryPanels(long call, long rooms, long roomBytes) {
    this.call = call;
    this.rooms = rooms;
    this.roomBytes = roomBytes;
  }

  /// Whether C can do it.
  static boolean takes(Level level, Attention.Call call) {
    return level == Level.AVX512
        && NativeRowAttention.TYPES.contains(call.cached().cache().dtype());
  }

  /// @param scratch nobody else's, and held by somebody, until all panels are computed
  static NativeQueryPanels of(Attention.Call call, int threads, Scratch scratch) {
    long[] struct = struct(call);
    long structBytes = Math.ceilDiv((long) struct.length * Long.BYTES, ALIGNMENT) * ALIGNMENT;
    long roomBytes = roomBytes(call.headDim());
    MemorySegment memory = scratch.atLeast(structBytes + threads * roomBytes);
    MemorySegment.copy(struct, 0, memory, JAVA_LONG, 0, struct.length);
    long address = memory.address();
    return new NativeQueryPanels(address, address + structBytes, roomBytes);
  }

  /// What kernels.c calls a Call.
  private static long[] struct(Attention.Call call) {
    CacheRows cached = call.cached();
    int start = Math.max(0, call.position() - call.window() + 1) / KEYS * KEYS;
    long[] runs = cached.runs(start, call.position() + call.rows());
    long queryBytes = call.query().rowBytes();
    long outBytes = call.out().rowBytes();
    long[] head = {
      call.query().data().address() + call.firstRow() * queryBytes,
      call.out().data().address() + call.firstRow() * outBytes,
      queryBytes,
      outBytes,
      cached.cache().dtype().bytes(cached.cache().width()),
      cached.cache().dtype().ggufId(),
      cached.cache().heads(),
      call.sharers(),
      call.headDim(),
      call.rows(),
      call.position(),
      call.window(),
      start
    };
    long[] struct = new long[head.length + runs.length];
    System.arraycopy(head, 0, struct, 0, head.length);
    System.arraycopy(runs, 0, struct, head.length, runs.length);
    return struct;
  }

  private static long roomBytes(int headDim) {
    try {
      return (long) Calls.PANEL_BYTES.invokeExact(headDim);
    } catch (Throwable e) {
      throw NativeLibrary.unexpected(e);
    }
  }

  @Override
  public int lanes() {
    return LANES;
  }

  @Override
  public void compute(int group, int firstQuery, int thread) {
    try {
      Calls.ATTEND_PANEL.invokeExact(call, group, (long) firstQuery, rooms + thread * roomBytes);
    } catch (Throwable e) {
      throw NativeLibrary.unexpected(e);
    }
  }

  /// Only constants are called without detours.
  private static final class Calls {
    static final MethodHandle PANEL_BYTES =
        NativeLibrary.function("sirocco_panel_bytes", JAVA_LONG, JAVA_INT);
    static final MethodHandle ATTEND_PANEL =
        NativeLibrary.procedure("sirocco_attend_panel", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);

    private Calls() {}
  }
}
