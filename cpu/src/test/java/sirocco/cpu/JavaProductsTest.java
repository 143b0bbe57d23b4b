package sirocco.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sirocco.tensor.DType;
import sirocco.tensor.Kernels.Phase;

/// Whatever the number of rows, whichever way is taken.
class JavaProductsTest {
  @ParameterizedTest
  @EnumSource
  void isNearTheSumInDoublePrecision(Phase phase) {
    try (Arena arena = Arena.ofConfined()) {
      var product = new Multiplication(DType.Q5_K, 512, 35, arena);
      for (int rows = 1; rows <= 34; rows++) {
        float[] x = product.rows(rows);
        float[] found = product.chosen(new JavaProducts(phase), x);
        for (int t = 0; t < rows; t++) {
          for (int o = 0; o < 35; o++) {
            assertThat((double) found[t * 35 + o])
                .isCloseTo(product.expected(x, t, o), Offset.offset(product.tolerance(x, t, o)));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRowIsTheSameInAnyCompany(Phase phase) {
    var way = new JavaProducts(phase);
    try (Arena arena = Arena.ofConfined()) {
      for (DType type : Arrays.stream(DType.values()).filter(DType::isReal).toList()) {
        var product = new Multiplication(type, 2304, 22, arena);
        float[] x = product.rows(37);
        float[] together = product.chosen(way, x);
        for (int t = 0; t < 37; t++) {
          float[] alone = product.chosen(way, Arrays.copyOfRange(x, t * 2304, (t + 1) * 2304));
          assertThat(Arrays.copyOfRange(together, t * 22, (t + 1) * 22))
              .as("%s, row %d", type, t)
              .isEqualTo(alone);
        }
      }
    }
  }
}
