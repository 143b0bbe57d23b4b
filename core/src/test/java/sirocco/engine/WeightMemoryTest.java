package sirocco.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import sirocco.memory.LargePages;
import sirocco.memory.SystemMemory;

class WeightMemoryTest {
  private static final long GIB = 1L << 30;

  private static SystemMemory memory(long total, long available) {
    return new SystemMemory(
        OptionalLong.of(total * GIB), OptionalLong.of(available * GIB), OptionalLong.empty());
  }

  @Test
  void othersKeepATenthOfTheMemoryAndAGibibyte() {
    assertThat(WeightMemory.leavesEnough(26 * GIB, memory(64, 40))).isTrue();
    assertThat(WeightMemory.leavesEnough(34 * GIB, memory(64, 40))).isFalse();
    assertThat(WeightMemory.leavesEnough(3 * GIB, memory(4, 4))).isTrue();
    assertThat(WeightMemory.leavesEnough(3 * GIB + 1, memory(4, 4))).isFalse();
  }

  @Test
  void whatIsUnknownIsNotTaken() {
    OptionalLong unknown = OptionalLong.empty();
    assertThat(WeightMemory.leavesEnough(1, new SystemMemory(unknown, unknown, unknown))).isFalse();
  }

  @Test
  void fewWeightsAndMappedOnesStay() {
    assertThat(WeightMemory.AUTO.copies(16 << 20)).isFalse();
    assertThat(WeightMemory.MAPPED.copies(GIB)).isFalse();
    assertThat(WeightMemory.COPIED.copies(1)).isEqualTo(LargePages.areGiven());
  }
}
