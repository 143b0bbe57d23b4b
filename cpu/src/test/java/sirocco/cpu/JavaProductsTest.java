package sirocco.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import sirocco.tensor.DType;

/// Whatever the number of rows, whichever way is taken.
class JavaProductsTest {
  @Test
  void isNearTheSumInDoublePrecision() {
    try (Arena arena = Arena.ofConfined()) {
      var product = new Multiplication(DType.Q5_K, 512, 35, arena);
      for (int rows = 1; rows <= 34; rows++) {
        float[] x = product.rows(rows);
        float[] found = product.chosen(new JavaProducts(), x);
        for (int t = 0; t < rows; t++) {
          for (int o = 0; o < 35; o++) {
            assertThat((double) found[t * 35 + o])
                .isCloseTo(product.expected(x, t, o), Offset.offset(product.tolerance(x, t, o)));
          }
        }
      }
    }
  }
}
