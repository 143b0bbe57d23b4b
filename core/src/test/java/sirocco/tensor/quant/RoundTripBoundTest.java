package sirocco.tensor.quant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sirocco.tensor.DType;

/// The bounds that docs/formats.md publishes for the error of a round trip, block by block, on
/// seeded data of every kind and size.
class RoundTripBoundTest {
  private static final int BLOCK = 256;
  private static final int BLOCKS = 700;

  /// Float32 rounding in decoding, as a part of the largest number; the bounds are for exact sums.
  private static final double FLOAT_ROUNDING = 0x1p-21;

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"I8", "I16", "I32", "I64"})
  void errorStaysWithinThePublishedBound(DType dtype) {
    double closest = 0;
    for (int seed = 0; seed < BLOCKS; seed++) {
      float[] x = block(seed);
      float[] y = RoundTrip.decode(dtype, RoundTrip.encode(dtype, x, 0), BLOCK);
      for (int from = 0; from < BLOCK; from += dtype.blockElements()) {
        float[] part = Arrays.copyOfRange(x, from, from + dtype.blockElements());
        float[] back = Arrays.copyOfRange(y, from, from + dtype.blockElements());
        double bound = bound(dtype, part);
        double error =
            boundsEveryNumber(dtype) ? largestError(part, back) : RoundTrip.rmse(part, back);
        assertThat(error)
            .as("%s, block %d of seed %d", dtype, from / dtype.blockElements(), seed)
            .isLessThanOrEqualTo(bound + FLOAT_ROUNDING * farthest(part));
        closest = Math.max(closest, bound == 0 ? 0 : error / bound);
      }
    }
    if (dtype != DType.F32 && dtype != DType.F64) {
      // A bound that nothing comes near would say nothing.
      assertThat(closest).as("%s", dtype).isBetween(0.4, 1.001);
    }
  }

  /// ggml's own test of its quantisers (tests/test-quantize-fns.cpp): root of the summed squares,
  /// over the count, of 4096 numbers 0.1 + 2 cos(i).
  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"I8", "I16", "I32", "I64"})
  void errorStaysWithinGgmlsOwnBound(DType dtype) {
    float[] x = new float[4096];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) (0.1 + 2 * Math.cos(i));
    }
    float[] y = RoundTrip.decode(dtype, RoundTrip.encode(dtype, x, 0), x.length);
    double limit = dtype == DType.Q2_K ? 0.0075 : dtype == DType.Q3_K ? 0.004 : 0.002;
    assertThat(RoundTrip.rmse(x, y) / Math.sqrt(x.length)).isLessThan(limit);
  }

  @Test
  void blocksOfZerosAndTinyNumbersComeBackAsSuch() {
    for (DType dtype : DType.values()) {
      if (dtype.isQuantized()) {
        float[] x = new float[BLOCK];
        assertThat(farthest(RoundTrip.decode(dtype, RoundTrip.encode(dtype, x, 0), BLOCK)))
            .as("%s of zeros", dtype)
            .isZero();
        Arrays.fill(x, 7 * Float.MIN_VALUE);
        assertThat(farthest(RoundTrip.decode(dtype, RoundTrip.encode(dtype, x, 0), BLOCK)))
            .as("%s of 1e-44", dtype)
            .isZero();
      }
    }
  }

  /// One of the distributions, at one of many sizes, some with sub-blocks of very different sizes.
  private static float[] block(int seed) {
    var names = QuantData.DISTRIBUTIONS;
    float[] x = QuantData.numbers(names.get(seed % names.size()), BLOCK, seed);
    var random = new QuantData(seed ^ 0x5EED);
    if (seed % 3 > 0) {
      double size = Math.pow(10, random.uniform() * 10 - 8);
      for (int i = 0; i < BLOCK; i++) {
        if (seed % 3 == 2 && i % 16 == 0) {
          size = Math.pow(10, random.uniform() * 10 - 8);
        }
        x[i] = (float) Math.max(-60000, Math.min(60000, x[i] * size));
      }
    } else {
      for (int i = 0; i < BLOCK; i++) {
        x[i] = Math.max(-60000, Math.min(60000, x[i]));
      }
    }
    return x;
  }

  /// Whether the bound is for each number; else it is for the root mean square of a block's errors.
  private static boolean boundsEveryNumber(DType dtype) {
    return switch (dtype) {
      case F32, F16, BF16, F64, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0 -> true;
      case Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4_NL, IQ4_XS, I8, I16, I32, I64 -> false;
    };
  }

  private static double bound(DType dtype, float[] x) {
    double far = farthest(x);
    return switch (dtype) {
      case F32, F64 -> 0;
      case F16 -> half(far);
      case BF16 -> far * 0x1p-8 + 0x1p-134;
      case Q8_0 -> far / 254 + 127 * half(far / 127);
      case Q4_0 -> far / 8 + 8 * half(far / 8);
      case Q5_0 -> far / 16 + 16 * half(far / 16);
      case Q4_1 -> range(x) / 30 + 15 * half(range(x) / 15) + half(smallest(x));
      case Q5_1 -> range(x) / 62 + 31 * half(range(x) / 31) + half(smallest(x));
      case Q2_K -> affine(x, 16, 3, 15);
      case Q4_K -> affine(x, 32, 15, 63);
      case Q5_K -> affine(x, 32, 31, 63);
      case Q3_K -> symmetric(far, 3, 32);
      case Q6_K -> symmetric(far, 31, 128);
      case IQ4_NL -> 12 * superScale(far / 113) + far * 0x1p-11;
      case IQ4_XS ->
          Math.max(
              12 * (far / 113 + superScale(far / 113 / 32) / 2),
              113 * superScale(far / 113 / 32) / 2);
      case I8, I16, I32, I64 -> throw new IllegalArgumentException("" + dtype);
    };
  }

  private static double symmetric(double far, int highest, int limit) {
    double d = superScale(far / highest / limit);
    return Math.max((far / highest + d / 2) / 2, highest * d / 2);
  }

  private static double affine(float[] x, int sub, int n, int limit) {
    double range = 0;
    double depth = 0;
    for (int from = 0; from < x.length; from += sub) {
      float[] part = Arrays.copyOfRange(x, from, from + sub);
      double low = Math.min(0, smallest(part));
      range = Math.max(range, smallest(part) + range(part) - low);
      depth = Math.max(depth, -low);
    }
    double d = superScale(range / n / limit);
    double e = superScale(depth / limit);
    return Math.max((range / n + d / 2) / 2, (n * d + e) / 2);
  }

  /// What rounding to a half changes at most.
  private static double half(double value) {
    return Math.max(Math.abs(value) * 0x1p-11, 0x1p-25);
  }

  /// The most that a super-block's scale can be once it is a half.
  private static double superScale(double value) {
    return value == 0
        ? 0
        : Math.max(value * (1 + 0x1p-11), value + (value < 0x1p-14 ? 0x1p-24 : 0));
  }

  private static double largestError(float[] x, float[] y) {
    double largest = 0;
    for (int i = 0; i < x.length; i++) {
      largest = Math.max(largest, Math.abs((double) x[i] - y[i]));
    }
    return largest;
  }

  private static double farthest(float[] x) {
    double farthest = 0;
    for (float value : x) {
      farthest = Math.max(farthest, Math.abs(value));
    }
    return farthest;
  }

  private static double smallest(float[] x) {
    double smallest = x[0];
    for (float value : x) {
      smallest = Math.min(smallest, value);
    }
    return smallest;
  }

  private static double range(float[] x) {
    double largest = x[0];
    for (float value : x) {
      largest = Math.max(largest, value);
    }
    return largest - smallest(x);
  }
}
