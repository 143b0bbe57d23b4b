package sirocco.cpu.unpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sirocco.tensor.DType;
import sirocco.tensor.TensorException;
import sirocco.tensor.quant.Formats;

/// What the vectors read is what core's decoding reads, to the bit; of NaN only that it is one.
class UnpackTest {
  static Stream<DType> types() {
    return Stream.of(DType.values()).filter(DType::isReal);
  }

  /// Any bytes are a block: the scales are then of all sizes, infinite and no numbers too.
  @ParameterizedTest
  @MethodSource("types")
  void readsRandomBlocksAsCoreDoes(DType type) {
    Random random = new Random(type.ggufId());
    for (int blocks = 1; blocks < 70; blocks += type.isQuantized() ? 17 : 1) {
      byte[] bytes = new byte[blocks * type.blockBytes()];
      random.nextBytes(bytes);
      check(type, bytes, blocks * type.blockElements(), blocks % 4);
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void readsBlocksOfZerosAndOfOnes(DType type) {
    byte[] bytes = new byte[3 * type.blockBytes()];
    check(type, bytes, 3 * type.blockElements(), 1);
    Arrays.fill(bytes, (byte) -1);
    check(type, bytes, 3 * type.blockElements(), 1);
  }

  /// Subnormal, infinite and no numbers among them.
  @ParameterizedTest
  @MethodSource("halves")
  void readsEveryHalf(DType type) {
    byte[] bytes = new byte[2 * 65536];
    for (int bits = 0; bits < 65536; bits++) {
      bytes[2 * bits] = (byte) bits;
      bytes[2 * bits + 1] = (byte) (bits >> 8);
    }
    check(type, bytes, 65536, 2);
  }

  static Stream<DType> halves() {
    return Stream.of(DType.F16, DType.BF16);
  }

  @Test
  void refusesWholeNumbers() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment source = arena.allocate(64);
      assertThatThrownBy(() -> Unpack.numbers(DType.I32, source, 0, new float[16], 0, 16))
          .isInstanceOf(TensorException.class)
          .hasMessageContaining("I32");
    }
  }

  /// The segment ends with the last block: nothing may be read behind it.
  private static void check(DType type, byte[] bytes, int numbers, int offset) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment source = arena.allocate(bytes.length + offset, 64);
      MemorySegment.copy(bytes, 0, source, ValueLayout.JAVA_BYTE, offset, bytes.length);
      float[] expected = new float[numbers];
      Formats.of(type).decode(source, offset, expected, 0, numbers);
      float[] found = new float[numbers + 2];
      Unpack.numbers(type, source, offset, found, 1, numbers);
      assertThat(found[0]).isZero();
      assertThat(found[numbers + 1]).isZero();
      for (int i = 0; i < numbers; i++) {
        if (Float.compare(found[i + 1], expected[i]) != 0) {
          assertThat(found[i + 1]).as("%s number %d", type, i).isEqualTo(expected[i]);
        }
      }
    }
  }
}
