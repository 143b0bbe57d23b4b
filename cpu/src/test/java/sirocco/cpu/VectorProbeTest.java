package sirocco.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sirocco.tensor.Probe;
import sirocco.tensor.ScalarBackend;
import sirocco.tensor.Tensor;

/// The probe beside its scalar twin.
class VectorProbeTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 7, 8, 63, 64, 255, 256, 1000, (1 << 20) - 8, (1 << 20) + 24, 5_000_009})
  void readsEveryWord(int bytes) {
    var random = new SplittableRandom(bytes);
    try (Arena arena = Arena.ofShared();
        Pool pool = new Pool(2)) {
      // at an address that is no multiple of 8
      MemorySegment memory = arena.allocate(bytes + 1L).asSlice(1);
      for (long at = 0; at + Long.BYTES <= bytes; at += Long.BYTES) {
        memory.set(Tensor.LONG, at, random.nextLong());
      }
      Probe scalar = new ScalarBackend().open().probe();
      List<MemorySegment> twice = List.of(memory, memory.asSlice(0, bytes / 2));
      assertThat(new VectorProbe(pool).sum(twice)).isEqualTo(scalar.sum(twice));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void countsTheOperationsOfEveryThread(int threads) {
    try (Pool pool = new Pool(threads)) {
      long one = new VectorProbe(pool).multiplyAdd(1000);
      assertThat(one).isPositive().isEqualTo(new VectorProbe(pool).multiplyAdd(1000));
      assertThat(new VectorProbe(pool).multiplyAdd(3000)).isEqualTo(3 * one);
    }
  }
}
