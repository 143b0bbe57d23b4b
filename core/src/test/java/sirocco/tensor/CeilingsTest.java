package sirocco.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a machine reaches at most.
class CeilingsTest {
  @Test
  void bothLimitsArePositive() {
    try (Arena arena = Arena.ofShared()) {
      List<MemorySegment> memory = List.of(arena.allocate(3000), arena.allocate(1 << 16));
      Ceilings ceilings = Ceilings.measure(new ScalarProbe(), memory);
      assertThat(ceilings.bytes()).isEqualTo(3000 + (1 << 16));
      assertThat(ceilings.bytesPerSecond()).isPositive();
      assertThat(ceilings.operationsPerSecond()).isPositive();
    }
  }

  /// The best round counts, also when the first ones are slow.
  @Test
  void theBestRoundCounts() {
    Probe warming =
        new Probe() {
          private int rounds;

          @Override
          public long sum(List<MemorySegment> memory) {
            return 0;
          }

          @Override
          public long multiplyAdd(int steps) {
            return ++rounds == 3 ? 1_000_000_000_000L : 1;
          }
        };
    Ceilings ceilings = Ceilings.measure(warming, List.of());
    assertThat(ceilings.operationsPerSecond()).isGreaterThan(1e15);
  }

  @Test
  void theSumIsThatOfEveryWord() {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment words = arena.allocate(5 * Long.BYTES + 3);
      for (int i = 0; i < 5; i++) {
        words.set(Tensor.LONG, (long) i * Long.BYTES, 1L << (8 * i));
      }
      assertThat(new ScalarProbe().sum(List.of(words, words))).isEqualTo(2 * 0x0101010101L);
    }
  }
}
