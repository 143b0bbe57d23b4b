package sirocco.tensor.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import sirocco.tensor.DType;
import sirocco.tensor.Tensor;
import sirocco.tensor.TensorException;
import tools.jackson.databind.JsonNode;

/// Encoding against ggml's own quantiser (goldens.json) and on input that it must refuse.
class FormatEncodeTest {
  static final java.util.List<String> DISTRIBUTIONS = QuantData.DISTRIBUTIONS;

  @ParameterizedTest
  @FieldSource("DISTRIBUTIONS")
  void losesNoMoreThanGgml(String distribution) {
    float[] x = QuantData.numbers(distribution, Goldens.index().path("numbers").intValue(), 42);
    JsonNode row = Goldens.index().path("encode").path(distribution);
    assertThat(sha256(bytesOf(x))).isEqualTo(row.path("sha256_of_data").stringValue());
    var line = new StringBuilder(distribution);
    for (DType dtype : DType.values()) {
      if (row.has(dtype.name())) {
        JsonNode peer = row.path(dtype.name());
        byte[] blocks = encode(dtype, x);
        double rmse = RoundTrip.rmse(x, RoundTrip.decode(dtype, blocks, x.length));
        double ggml = peer.path("rmse").doubleValue();
        double ratio = rmse == ggml ? 1 : rmse / ggml;
        line.append(" | %s %.3g ratio %.3f".formatted(dtype, rmse, ratio));
        assertThat(rmse).as("%s on %s", dtype, distribution).isLessThanOrEqualTo(1.01 * ggml);
        // Scales below the halves: ggml divides by zero there, and every byte decodes to zero.
        if (peer.has("sha256") && !distribution.equals("denormal")) {
          assertThat(sha256(blocks))
              .as("bytes of %s on %s", dtype, distribution)
              .isEqualTo(peer.path("sha256").stringValue());
        }
      }
    }
    // The figures of docs/formats.md.
    System.out.println(line);
  }

  @Test
  void numbersThatAreNotFiniteAreRefusedWithTheirIndex() {
    for (DType dtype : DType.values()) {
      if (dtype.isQuantized()) {
        for (float bad :
            new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
          float[] x = new float[dtype.blockElements() * 2 + 5];
          x[dtype.blockElements() + 9] = bad;
          assertThatThrownBy(() -> encode(dtype, x, 5))
              .isInstanceOf(TensorException.class)
              .hasMessageContaining("number " + (dtype.blockElements() + 9) + " is " + bad)
              .hasMessageContaining(dtype.name());
        }
      }
    }
  }

  @Test
  void numbersBeyondTheLargestScaleAreRefused() {
    for (DType dtype : DType.values()) {
      if (dtype.isQuantized()) {
        float[] x = new float[dtype.blockElements()];
        x[3] = -1e10f;
        assertThatThrownBy(() -> encode(dtype, x, 0))
            .isInstanceOf(TensorException.class)
            .hasMessageContaining("number 3 is -1.0E10: " + dtype + " reaches only ");
      }
    }
  }

  @Test
  void theLargestNumbersStayFinite() {
    for (DType dtype : DType.values()) {
      if (dtype.isQuantized()) {
        float reach = dtype == DType.Q4_1 || dtype == DType.Q5_1 ? 65504 : 8 * 65504;
        float[] x = QuantData.numbers("uniform", 1024, 3);
        for (int i = 0; i < x.length; i++) {
          x[i] = reach * (i % 3 == 0 ? -1 : 1) * (i % 7 == 0 ? 1 : x[i]);
        }
        for (float value : RoundTrip.decode(dtype, encode(dtype, x), x.length)) {
          assertThat(Float.isFinite(value)).as("%s", dtype).isTrue();
        }
      }
    }
  }

  @Test
  void halvesRoundToTheNearestEven() {
    assertThat(shorts(DType.F16, 1f, 1 + 0x1p-11f, 1 + 0x3p-11f, 65519.996f, 65520f, -1e30f))
        .containsExactly(0x3C00, 0x3C00, 0x3C02, 0x7BFF, 0x7C00, 0xFC00);
    assertThat(shorts(DType.F16, 0x1p-24f, 0x1p-25f, 0x1.8p-25f, -0f, Float.NEGATIVE_INFINITY))
        .containsExactly(1, 0, 1, 0x8000, 0xFC00);
    assertThat(shorts(DType.BF16, 1f, 1 + 0x1p-8f, 1 + 0x3p-8f, Float.MAX_VALUE, -0f))
        .containsExactly(0x3F80, 0x3F80, 0x3F82, 0x7F80, 0x8000);
    for (int nan : new int[] {0x7F800001, 0xFF800001, 0x7FC00000, 0x7FFFFFFF, 0xFFFFFFFF}) {
      for (DType dtype : new DType[] {DType.F32, DType.F16, DType.BF16, DType.F64}) {
        float[] x = {Float.intBitsToFloat(nan)};
        assertThat(RoundTrip.decode(dtype, encode(dtype, x), 1)[0])
            .as("%s of NaN %x", dtype, nan)
            .isNaN();
      }
    }
  }

  @Test
  void theWideTypesLoseNothing() {
    float[] x = QuantData.numbers("heavy", 500, 5);
    x[0] = Float.NEGATIVE_INFINITY;
    x[1] = Float.MIN_VALUE;
    for (DType dtype : new DType[] {DType.F32, DType.F64}) {
      assertThat(RoundTrip.decode(dtype, encode(dtype, x), x.length)).isEqualTo(x);
    }
  }

  static byte[] encode(DType dtype, float[] x) {
    return RoundTrip.encode(dtype, x, 0);
  }

  private static void encode(DType dtype, float[] x, int from) {
    RoundTrip.encode(dtype, x, from);
  }

  private static int[] shorts(DType dtype, float... x) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = arena.allocate(2L * x.length);
      Formats.of(dtype).encode(x, 0, segment, 0, x.length);
      int[] bits = new int[x.length];
      for (int i = 0; i < x.length; i++) {
        bits[i] = segment.get(Tensor.SHORT, 2L * i) & 0xFFFF;
      }
      return bits;
    }
  }

  private static byte[] bytesOf(float[] x) {
    var buffer = ByteBuffer.allocate(4 * x.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(x);
    return buffer.array();
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
