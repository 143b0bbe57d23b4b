package sirocco.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sirocco.tensor.DType;

/// Against sums in double precision of what core decodes; and a row alone is, to the bit, what it
/// is beside others.
class DotProductsTest {
  static Stream<DType> types() {
    return Stream.of(DType.values()).filter(DType::isReal);
  }

  @ParameterizedTest
  @MethodSource("types")
  void anyTypeTimesSomeRows(DType type) {
    int inputs = type.blockElements() == 1 ? 1039 : type.blockElements() == 32 ? 1056 : 1280;
    try (Arena arena = Arena.ofConfined()) {
      var product = new Multiplication(type, inputs, 13, arena);
      check(product, product.rows(7));
    }
  }

  @Test
  void anyNumberOfRows() {
    try (Arena arena = Arena.ofConfined()) {
      var product = new Multiplication(DType.F16, 67, 19, arena);
      for (int rows = 1; rows <= 33; rows++) {
        check(product, product.rows(rows));
      }
    }
  }

  @Test
  void anyNumberOfOutputsAndInputs() {
    for (int outputs : new int[] {1, 2, 3, 4, 5, 16, 31, 66}) {
      for (int inputs : new int[] {1, 3, 15, 16, 17, 1023, 1024, 1025, 2051}) {
        try (Arena arena = Arena.ofConfined()) {
          var product = new Multiplication(DType.BF16, inputs, outputs, arena);
          check(product, product.rows(3));
        }
      }
    }
  }

  @Test
  void aRowIsTheSameBesideOthers() {
    try (Arena arena = Arena.ofConfined()) {
      var product = new Multiplication(DType.Q4_K, 2304, 22, arena);
      float[] x = product.rows(11);
      float[] together = product.dots(x);
      for (int t = 0; t < 11; t++) {
        float[] alone = product.dots(Arrays.copyOfRange(x, t * 2304, (t + 1) * 2304));
        assertThat(Arrays.copyOfRange(together, t * 22, (t + 1) * 22)).isEqualTo(alone);
      }
    }
  }

  @Test
  void whatIsNoFiniteNumberStaysInItsRow() {
    try (Arena arena = Arena.ofConfined()) {
      var product = new Multiplication(DType.F32, 41, 6, arena);
      float[] x = product.rows(6);
      x[41 + 40] = Float.NaN;
      x[3 * 41] = Float.NEGATIVE_INFINITY;
      product.weight.setFloat(2 * 41 + 40, Float.POSITIVE_INFINITY);
      product.decode();
      float[] found = product.dots(x);
      for (int t = 0; t < 6; t++) {
        for (int o = 0; o < 6; o++) {
          double expected = product.expected(x, t, o);
          if (Double.isFinite(expected)) {
            assertThat((double) found[t * 6 + o]).isCloseTo(expected, Offset.offset(1e-5));
          } else {
            assertThat(Double.compare(found[t * 6 + o], expected))
                .as("row %d output %d", t, o)
                .isZero();
          }
        }
      }
    }
  }

  private static void check(Multiplication product, float[] x) {
    float[] found = product.dots(x);
    int rows = x.length / product.inputs;
    for (int t = 0; t < rows; t++) {
      for (int o = 0; o < product.outputs; o++) {
        double expected = product.expected(x, t, o);
        double error = Math.abs(found[t * product.outputs + o] - expected);
        if (!(error <= product.tolerance(x, t, o))) {
          assertThat((double) found[t * product.outputs + o])
              .as("%s, row %d of %d, output %d", product, t, rows, o)
              .isEqualTo(expected);
        }
      }
    }
  }
}
