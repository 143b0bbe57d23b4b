package sirocco.tensor;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.LongSupplier;

/// What this machine reaches at most, measured: the better a program, the nearer it comes.
///
/// @param bytesPerSecond read from memory
/// @param operationsPerSecond float32 multiplications and additions, two for each fused pair
/// @param bytes that were read each time; if they are few the processor's caches hold them, and the
///   speed is theirs
public record Ceilings(double bytesPerSecond, double operationsPerSecond, long bytes) {
  /// A measurement ends when so long no round was better by [#BETTER] than all before.
  private static final long PATIENCE_NANOS = 400_000_000;

  private static final int PATIENCE_ROUNDS = 4;
  private static final double BETTER = 1.01;

  /// A measurement ends after so long whatever its rounds did.
  private static final long MOST_NANOS = 5_000_000_000L;

  private static final int STEPS = 1 << 18;

  /// Measures for about a second. The best of several rounds counts: the first ones are run before
  /// Java has compiled them, and other work on the machine only ever takes away.
  ///
  /// @param memory what is read: of the kind and in the place that the limit is wanted of
  public static Ceilings measure(Probe probe, List<MemorySegment> memory) {
    long bytes = memory.stream().mapToLong(MemorySegment::byteSize).sum();
    double read =
        best(() -> {
          probe.sum(memory);
          return bytes;
        });
    return new Ceilings(read, best(() -> probe.multiplyAdd(STEPS)), bytes);
  }

  /// The most work a second of any round but the first, which may have to wait for a disk.
  private static double best(LongSupplier round) {
    if (round.getAsLong() == 0) {
      return 0;
    }
    double best = 0;
    long begin = System.nanoTime();
    long improved = begin;
    int since = 0;
    while (true) {
      long start = System.nanoTime();
      long work = round.getAsLong();
      long end = System.nanoTime();
      double speed = work * 1e9 / Math.max(1, end - start);
      since++;
      if (speed > best * BETTER) {
        improved = end;
        since = 0;
      }
      best = Math.max(best, speed);
      boolean settled = since >= PATIENCE_ROUNDS && end - improved > PATIENCE_NANOS;
      if (settled || end - begin > MOST_NANOS) {
        return best;
      }
    }
  }
}
