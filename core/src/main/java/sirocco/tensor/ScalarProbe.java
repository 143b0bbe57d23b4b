package sirocco.tensor;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// The probe in plain Java, on the JVM's common pool.
final class ScalarProbe implements Probe {
  private static final long PART_BYTES = 1 << 20;
  private static final int PARTS = 64;

  /// Chains beside each other: as many hide the latency of an addition.
  private static final int CHAINS = 8;

  @Override
  public long sum(List<MemorySegment> memory) {
    List<MemorySegment> parts = new ArrayList<>();
    for (MemorySegment segment : memory) {
      for (long at = 0; at < segment.byteSize(); at += PART_BYTES) {
        parts.add(segment.asSlice(at, Math.min(PART_BYTES, segment.byteSize() - at)));
      }
    }
    return parts.parallelStream().mapToLong(ScalarProbe::sum).sum();
  }

  private static long sum(MemorySegment part) {
    long sum = 0;
    int end = (int) (part.byteSize() & -Long.BYTES);
    for (int at = 0; at < end; at += Long.BYTES) {
      sum += part.get(Tensor.LONG, at);
    }
    return sum;
  }

  @Override
  public long multiplyAdd(int steps) {
    long positive =
        IntStream.range(0, PARTS).parallel().filter(part -> chains(steps, part) > 0).count();
    return 2L * CHAINS * steps * positive;
  }

  /// Chains that tend to 1, so that no number becomes subnormal.
  private static float chains(int steps, int start) {
    float a = start;
    float b = start + 1;
    float c = start + 2;
    float d = start + 3;
    float e = start + 4;
    float f = start + 5;
    float g = start + 6;
    float h = start + 7;
    for (int i = 0; i < steps; i++) {
      a = a * 0.5f + 0.5f;
      b = b * 0.5f + 0.5f;
      c = c * 0.5f + 0.5f;
      d = d * 0.5f + 0.5f;
      e = e * 0.5f + 0.5f;
      f = f * 0.5f + 0.5f;
      g = g * 0.5f + 0.5f;
      h = h * 0.5f + 0.5f;
    }
    return a + b + c + d + e + f + g + h;
  }
}
