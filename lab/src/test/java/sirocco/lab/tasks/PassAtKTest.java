package sirocco.lab.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import org.junit.jupiter.api.Test;

class PassAtKTest {
  @Test
  void isTheShareOfSelectionsWithOneThatPasses() {
    for (int n = 1; n <= 12; n++) {
      for (int k = 1; k <= n; k++) {
        for (int c = 0; c <= n; c++) {
          assertThat(new PassAtK(k).of(n, c)).isCloseTo(counted(n, c, k), within(1e-12));
        }
      }
    }
  }

  /// Over all sets of k among n, of which the first c pass.
  private static double counted(int n, int c, int k) {
    int all = 0;
    int some = 0;
    for (int set = 0; set < 1 << n; set++) {
      if (Integer.bitCount(set) == k) {
        all++;
        some += (set & ((1 << c) - 1)) == 0 ? 0 : 1;
      }
    }
    return (double) some / all;
  }

  @Test
  void staysExactForMany() {
    BigInteger none = binomial(200 - 7, 100);
    double expected =
        1
            - new BigDecimal(none)
                .divide(new BigDecimal(binomial(200, 100)), MathContext.DECIMAL64)
                .doubleValue();
    assertThat(new PassAtK(100).of(200, 7)).isCloseTo(expected, within(1e-12));
    assertThat(new PassAtK(100).of(200, 101)).isEqualTo(1);
    assertThat(new PassAtK(100).of(200, 0)).isZero();
  }

  private static BigInteger binomial(int n, int k) {
    BigInteger out = BigInteger.ONE;
    for (int at = 1; at <= k; at++) {
      out = out.multiply(BigInteger.valueOf(n - k + at)).divide(BigInteger.valueOf(at));
    }
    return out;
  }

  @Test
  void needsAsManyPrograms() {
    assertThatThrownBy(() -> new PassAtK(10).of(9, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pass@10 of 9 programs, of which 3 passed");
  }
}
