package sirocco.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import sirocco.cpu.NativeLibrary.Level;
import sirocco.tensor.DType;
import sirocco.tensor.Kernels;
import sirocco.tensor.Kernels.RotaryPairs;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;

/// What is done number by number equals its scalar twin, at every width and address, in Java and at
/// every level of the library.
@ParameterizedClass
@MethodSource("sirocco.cpu.Twins#levels")
class ElementwiseContractTest {
  private final Kernels fast;
  private static final int MOST = 70; // two 512-bit vectors twice, and some

  ElementwiseContractTest(Level level) {
    fast = new VectorKernels(2, level);
  }

  @AfterEach
  void close() {
    fast.close();
  }

  @Test
  void rmsNorm() {
    try (Arena arena = Arena.ofShared()) {
      Twins twins = new Twins(1, arena);
      for (int width = 1; width <= MOST; width++) {
        for (DType dtype : new DType[] {DType.F32, DType.F16, DType.BF16}) {
          Tensor x = twins.floats(3, width);
          Tensor weight = twins.weight(dtype, width);
          Tensor expected = twins.floats(3, width);
          Tensor actual = twins.copy(expected);
          Twins.SCALAR.rmsNorm(x, weight, 1e-5f, expected);
          fast.rmsNorm(x, weight, 1e-5f, actual);
          Twins.assertClose(actual, expected, 1, "width " + width);
          fast.rmsNorm(x, weight, 1e-5f, x); // in place
          Twins.assertClose(x, expected, 1, "in place, width " + width);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {0, 1e-30f, 1e25f, Float.POSITIVE_INFINITY, Float.NaN})
  void rmsNormOfExtremes(float extreme) {
    try (Arena arena = Arena.ofShared()) {
      Twins twins = new Twins(2, arena);
      Tensor x = twins.floats(2, 37);
      for (int i = 0; i < 37; i++) {
        x.setFloat(i, Float.isFinite(extreme) ? extreme : i == 20 ? extreme : x.getFloat(i));
      }
      Tensor weight = twins.floats(37);
      Tensor expected = twins.floats(2, 37);
      Tensor actual = twins.copy(expected);
      Twins.SCALAR.rmsNorm(x, weight, 1e-5f, expected);
      fast.rmsNorm(x, weight, 1e-5f, actual);
      Twins.assertClose(actual, expected, 1, "with " + extreme);
    }
  }

  @Test
  void add() {
    try (Arena arena = Arena.ofShared()) {
      Twins twins = new Twins(3, arena);
      for (int width = 1; width <= MOST; width++) {
        Tensor expected = twins.floats(2, width);
        Tensor actual = twins.copy(expected);
        Tensor y = twins.floats(2, width);
        Twins.SCALAR.add(expected, y);
        fast.add(actual, y);
        assertThat(actual.toFloats()).containsExactly(expected.toFloats());
      }
    }
  }

  @Test
  void gatherAndScatterAdd() {
    try (Arena arena = Arena.ofShared()) {
      Twins twins = new Twins(4, arena);
      int[] rows = {4, 0, 0, 2};
      float[] scales = {0.5f, -2, 1, 0};
      for (int width = 1; width <= MOST; width++) {
        Tensor x = twins.floats(5, width);
        Tensor y = twins.floats(4, width);
        Tensor gathered = twins.floats(4, width);
        Tensor expected = twins.copy(gathered);
        Twins.SCALAR.gather(x, rows, expected);
        fast.gather(x, rows, gathered);
        assertThat(gathered.toFloats()).containsExactly(expected.toFloats());
        Tensor sums = twins.copy(x);
        Twins.SCALAR.scatterAdd(sums, rows, scales, y);
        fast.scatterAdd(x, rows, scales, y);
        Twins.assertClose(x, sums, 2, "width " + width);
      }
    }
  }

  @Test
  void embed() {
    try (Arena arena = Arena.ofShared()) {
      Twins twins = new Twins(5, arena);
      for (DType dtype : new DType[] {DType.F32, DType.F16, DType.Q8_0, DType.Q6_K}) {
        Tensor table = twins.weight(dtype, 6, 256);
        Tensor expected = twins.floats(3, 256);
        Tensor actual = twins.copy(expected);
        int[] ids = {5, 0, 5};
        Twins.SCALAR.embed(table, ids, expected);
        fast.embed(table, ids, actual);
        assertThat(actual.toFloats()).as("%s", dtype).containsExactly(expected.toFloats());
      }
    }
  }

  @Test
  void swiGlu() {
    try (Arena arena = Arena.ofShared()) {
      Twins twins = new Twins(6, arena);
      for (int width = 1; width <= MOST; width++) {
        Tensor expected = twins.floats(3, width);
        for (int i = 0; i < expected.shape().elements(); i++) {
          expected.setFloat(i, 8 * expected.getFloat(i));
        }
        Tensor actual = twins.copy(expected);
        Tensor up = twins.floats(3, width);
        Twins.SCALAR.swiGlu(expected, up);
        fast.swiGlu(actual, up);
        Twins.assertClose(actual, expected, 1, "width " + width);
      }
    }
  }

  @Test
  void swiGluOfExtremes() {
    float[] numbers = {
      Float.NEGATIVE_INFINITY,
      Float.POSITIVE_INFINITY,
      Float.NaN,
      0,
      -0f,
      1e-40f,
      -1e-40f,
      87,
      -87,
      88.5f,
      -88.5f,
      90,
      -90,
      104,
      -104,
      1e10f,
      -1e10f,
      3e38f,
      -3e38f
    };
    try (Arena arena = Arena.ofShared()) {
      Tensor up = Tensor.floats(Shape.of(19), arena);
      for (int i = 0; i < 19; i++) {
        up.setFloat(i, 1);
      }
      // every number in every lane
      for (int turn = 0; turn < 19; turn++) {
        Tensor expected = Tensor.floats(Shape.of(19), arena);
        for (int i = 0; i < 19; i++) {
          expected.setFloat(i, numbers[(i + turn) % 19]);
        }
        Tensor actual = Tensor.copyOf(expected.toFloats(), expected.shape(), arena);
        Twins.SCALAR.swiGlu(expected, up);
        fast.swiGlu(actual, up);
        for (int i = 0; i < 19; i++) {
          float e = expected.getFloat(i);
          float a = actual.getFloat(i);
          if (Float.isNaN(e) || Math.abs(e) > 1e-30) {
            float allowed = Float.isFinite(e) ? 3 * Math.ulp(e) : 0;
            assertThat(Float.compare(a, e) == 0 || Math.abs(a - e) <= allowed)
                .as("silu of %s: %s, not %s", numbers[(i + turn) % 19], e, a)
                .isTrue();
          } else {
            assertThat(Math.abs(a)).isLessThan(1e-30f);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 6, 10, 32, 34, 64, 80, 96, 128})
  void rotate(int d) {
    try (Arena arena = Arena.ofShared()) {
      Twins twins = new Twins(7, arena);
      for (RotaryPairs pairs :
          new RotaryPairs[] {new RotaryPairs(2, 1), new RotaryPairs(1, d / 2)}) {
        Tensor cosSin = twins.floats(3, d / 2, 2);
        Tensor expected = twins.floats(3, 5L * d);
        Tensor actual = twins.copy(expected);
        Twins.SCALAR.rotate(expected, cosSin, pairs);
        fast.rotate(actual, cosSin, pairs);
        Twins.assertClose(actual, expected, 2, d + ", " + pairs);
      }
    }
  }

  @Test
  void manyRowsAreSharedOut() {
    try (Arena arena = Arena.ofShared()) {
      Twins twins = new Twins(8, arena);
      Tensor x = twins.floats(301, 129);
      Tensor weight = twins.floats(129);
      Tensor expected = twins.copy(x);
      Tensor actual = twins.copy(x);
      Twins.SCALAR.rmsNorm(x, weight, 1e-5f, expected);
      fast.rmsNorm(x, weight, 1e-5f, actual);
      Twins.SCALAR.swiGlu(expected, x);
      fast.swiGlu(actual, x);
      Twins.SCALAR.add(expected, x);
      fast.add(actual, x);
      Twins.assertClose(actual, expected, 1, "301 rows");
    }
  }

  @Test
  void exponential() {
    int lanes = Elementwise.LANES;
    float[] numbers = new float[lanes];
    for (int i = 0; i < 200_000; i++) {
      float x = -87.3f * i / 200_000;
      Arrays.fill(numbers, x);
      Exponential.ofNegative(numbers, 0, lanes);
      float exact = (float) Math.exp(x);
      assertThat(Math.abs(numbers[i % lanes] - exact))
          .as("exp(%s)", x)
          .isLessThanOrEqualTo(1.01f * Math.ulp(exact));
    }
    float[] extremes = {-200, -104, -88, Float.NEGATIVE_INFINITY, -Float.MAX_VALUE};
    for (float x : extremes) {
      Arrays.fill(numbers, x);
      Exponential.ofNegative(numbers, 0, lanes);
      assertThat(numbers[0]).isBetween(0f, 1.2e-38f);
    }
    Arrays.fill(numbers, Float.NaN);
    Exponential.ofNegative(numbers, 0, lanes);
    assertThat(numbers).containsOnly(Float.NaN);
  }
}
