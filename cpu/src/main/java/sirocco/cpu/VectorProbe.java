package sirocco.cpu;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import sirocco.tensor.Probe;
import sirocco.tensor.Tensor;

/// The probe on vectors and the pool's threads.
///
/// @param pool shares out the work
record VectorProbe(Pool pool) implements Probe {
  private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;

  /// Bytes of a part: short enough to share out well, long enough for the prefetcher.
  private static final long PART_BYTES = 1 << 20;

  /// Parts of the arithmetic for each thread.
  private static final int PARTS = 4;

  /// Chains beside each other: latency 4 times 2 units, and some to spare.
  private static final int CHAINS = 12;

  @Override
  public long sum(List<MemorySegment> memory) {
    List<MemorySegment> parts = new ArrayList<>();
    for (MemorySegment segment : memory) {
      for (long at = 0; at < segment.byteSize(); at += PART_BYTES) {
        parts.add(segment.asSlice(at, Math.min(PART_BYTES, segment.byteSize() - at)));
      }
    }
    AtomicLongArray sums = new AtomicLongArray(parts.size());
    pool.run(parts.size(), (i, _) -> sums.set(i, sum(parts.get(i))));
    long sum = 0;
    for (int i = 0; i < parts.size(); i++) {
      sum += sums.get(i);
    }
    return sum;
  }

  private static long sum(MemorySegment part) {
    int bytes = (int) part.byteSize();
    int step = LONGS.vectorByteSize();
    LongVector a = LongVector.zero(LONGS);
    LongVector b = a;
    LongVector c = a;
    LongVector d = a;
    int at = 0;
    for (; at <= bytes - 4 * step; at += 4 * step) {
      a = a.add(load(part, at));
      b = b.add(load(part, at + step));
      c = c.add(load(part, at + 2 * step));
      d = d.add(load(part, at + 3 * step));
    }
    long sum = a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
    for (; at <= bytes - Long.BYTES; at += Long.BYTES) {
      sum += part.get(Tensor.LONG, at);
    }
    return sum;
  }

  private static LongVector load(MemorySegment part, int at) {
    return LongVector.fromMemorySegment(LONGS, part, at, ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public long multiplyAdd(int steps) {
    int parts = PARTS * pool.threads();
    AtomicLongArray done = new AtomicLongArray(parts);
    pool.run(
        parts,
        (i, _) -> done.set(i, chains(steps, i) > 0 ? 2L * CHAINS * FLOATS.length() * steps : 0));
    long all = 0;
    for (int i = 0; i < parts; i++) {
      all += done.get(i);
    }
    return all;
  }

  /// Sums of products, as kernels have them: the sum is the operand that is overwritten.
  ///
  /// @param start a float: to broadcast an int is another method, after which C2 made the loop half
  ///   as fast
  private static float chains(int steps, float start) {
    FloatVector x = FloatVector.broadcast(FLOATS, 0.5f);
    FloatVector y = FloatVector.broadcast(FLOATS, 0.25f);
    FloatVector a = FloatVector.broadcast(FLOATS, start);
    FloatVector b = FloatVector.broadcast(FLOATS, start + 1);
    FloatVector c = FloatVector.broadcast(FLOATS, start + 2);
    FloatVector d = FloatVector.broadcast(FLOATS, start + 3);
    FloatVector e = FloatVector.broadcast(FLOATS, start + 4);
    FloatVector f = FloatVector.broadcast(FLOATS, start + 5);
    FloatVector g = FloatVector.broadcast(FLOATS, start + 6);
    FloatVector h = FloatVector.broadcast(FLOATS, start + 7);
    FloatVector k = FloatVector.broadcast(FLOATS, start + 8);
    FloatVector l = FloatVector.broadcast(FLOATS, start + 9);
    FloatVector m = FloatVector.broadcast(FLOATS, start + 10);
    FloatVector n = FloatVector.broadcast(FLOATS, start + 11);
    for (int i = 0; i < steps; i++) {
      a = x.fma(y, a);
      b = x.fma(y, b);
      c = x.fma(y, c);
      d = x.fma(y, d);
      e = x.fma(y, e);
      f = x.fma(y, f);
      g = x.fma(y, g);
      h = x.fma(y, h);
      k = x.fma(y, k);
      l = x.fma(y, l);
      m = x.fma(y, m);
      n = x.fma(y, n);
    }
    FloatVector first = a.add(b).add(c.add(d)).add(e.add(f));
    return first.add(g.add(h)).add(k.add(l)).add(m.add(n)).reduceLanes(VectorOperators.ADD);
  }
}
