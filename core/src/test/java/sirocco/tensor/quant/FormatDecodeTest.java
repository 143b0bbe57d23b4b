package sirocco.tensor.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sirocco.tensor.DType;
import sirocco.tensor.Tensor;
import sirocco.tensor.TensorException;

/// Decoding equals gguf-py's to the bit, on random blocks and on scales at the edges of a half.
class FormatDecodeTest {
  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {
        "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL",
        "IQ4_XS"
      })
  void decodesAsGgufPyDoes(DType dtype) {
    byte[] golden = Goldens.blocks(dtype);
    int blocks = Goldens.index().path("blocks").path(dtype.name()).intValue();
    int numbers = blocks * dtype.blockElements();
    int blockBytes = blocks * dtype.blockBytes();
    assertThat(golden).hasSize(blockBytes + 4 * numbers);
    try (Arena arena = Arena.ofConfined()) {
      // Odd offsets on both sides: nothing may rely on alignment or on starting at zero.
      MemorySegment segment = arena.allocate(blockBytes + 7);
      MemorySegment.copy(golden, 0, segment, ValueLayout.JAVA_BYTE, 7, blockBytes);
      float[] decoded = new float[numbers + 4];
      Formats.of(dtype).decode(segment, 7, decoded, 3, numbers);
      MemorySegment expected = MemorySegment.ofArray(golden).asSlice(blockBytes);
      for (int i = 0; i < numbers; i++) {
        assertThat(Float.floatToRawIntBits(decoded[i + 3]))
            .as("%s number %d", dtype, i)
            .isEqualTo(expected.get(Tensor.INT, 4L * i));
      }
      assertThat(decoded[0]).isZero();
      assertThat(decoded[numbers + 3]).isZero();
    }
  }

  @Test
  void everyHalfAndEveryBfloatDecodes() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment all = arena.allocate(2 * 65536);
      for (int bits = 0; bits < 65536; bits++) {
        all.set(Tensor.SHORT, 2L * bits, (short) bits);
      }
      float[] halves = new float[65536];
      float[] bfloats = new float[65536];
      Formats.of(DType.F16).decode(all, 0, halves, 0, 65536);
      Formats.of(DType.BF16).decode(all, 0, bfloats, 0, 65536);
      for (int bits = 0; bits < 65536; bits++) {
        assertThat(Float.compare(halves[bits], half(bits))).as("half %x", bits).isZero();
        assertThat(Float.compare(bfloats[bits], Float.intBitsToFloat(bits << 16)))
            .as("bfloat %x", bits)
            .isZero();
      }
    }
  }

  /// IEEE 754 binary16 by its definition.
  private static float half(int bits) {
    int exponent = (bits >> 10) & 31;
    int fraction = bits & 1023;
    double sign = bits < 0x8000 ? 1 : -1;
    double magnitude;
    if (exponent == 31) {
      magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
    } else if (exponent == 0) {
      magnitude = Math.scalb((double) fraction, -24);
    } else {
      magnitude = Math.scalb(1024.0 + fraction, exponent - 25);
    }
    return (float) (sign * magnitude);
  }

  @Test
  void wholeNumberTypesHaveNoFormat() {
    for (DType dtype : DType.values()) {
      if (dtype.isReal()) {
        assertThat(Formats.of(dtype).dtype()).isEqualTo(dtype);
      } else {
        assertThatThrownBy(() -> Formats.of(dtype))
            .isInstanceOf(TensorException.class)
            .hasMessageContaining("type " + dtype)
            .hasMessageContaining("IQ4_XS");
      }
    }
  }

  @Test
  void partOfABlockIsRefused() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = arena.allocate(4096);
      for (DType dtype : DType.values()) {
        if (dtype.isQuantized()) {
          int count = dtype.blockElements() + dtype.blockElements() / 2;
          assertThatThrownBy(() -> Formats.of(dtype).decode(segment, 0, new float[512], 0, count))
              .isInstanceOf(TensorException.class)
              .hasMessage(
                  "%d numbers do not fill blocks of %d (%s)", count, dtype.blockElements(), dtype);
        }
      }
    }
  }
}
