package sirocco.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sirocco.tensor.DType;
import sirocco.tensor.Dispatch;
import sirocco.tensor.Kernels;
import sirocco.tensor.Kernels.Expert;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;

/// Products with weights of every type equal their scalar twins, at odd sizes and any address.
class ProductsContractTest {
  private static final Kernels FAST = VectorKernels.inJava(2);

  @AfterAll
  static void close() {
    FAST.close();
  }

  static Stream<DType> types() {
    return Arrays.stream(DType.values()).filter(DType::isReal);
  }

  private static int[] inputs(DType dtype) {
    return switch (dtype.blockElements()) {
      case 1 -> new int[] {1, 7, 31, 64, 97, 300};
      case 32 -> new int[] {32, 96, 352};
      default -> new int[] {256, 768};
    };
  }

  @ParameterizedTest
  @MethodSource("types")
  void matmul(DType dtype) {
    try (Arena arena = Arena.ofShared()) {
      Twins twins = new Twins(1, arena);
      for (int inputs : inputs(dtype)) {
        for (int outputs : new int[] {1, 15, 16, 33, 130}) {
          Tensor weight = twins.weight(dtype, outputs, inputs);
          for (int rows : new int[] {1, 2, 3, 4, 5, 8, 17, 40}) {
            Tensor x = twins.floats(rows, inputs);
            Tensor expected = twins.floats(rows, outputs);
            Tensor actual = twins.copy(expected);
            Twins.SCALAR.matmul(x, weight, expected);
            FAST.matmul(x, weight, actual);
            Twins.assertClose(
                actual,
                expected,
                inputs,
                "%s [%d, %d] with %d rows".formatted(dtype, outputs, inputs, rows));
          }
        }
      }
    }
  }

  @Test
  void aRowDoesNotSeeTheRowsBesideIt() {
    try (Arena arena = Arena.ofShared()) {
      Twins twins = new Twins(2, arena);
      for (int rows : new int[] {2, 3, 9, 40}) {
        Tensor weight = twins.weight(DType.Q4_K, 48, 256);
        Tensor x = twins.floats(rows, 256);
        Tensor before = twins.floats(rows, 48);
        Tensor after = twins.copy(before);
        FAST.matmul(x, weight, before);
        for (int i = 256; i < x.shape().elements(); i++) {
          x.setFloat(i, i % 5 == 0 ? Float.NaN : 1e30f);
        }
        FAST.matmul(x, weight, after);
        assertThat(Arrays.copyOf(after.toFloats(), 48))
            .containsExactly(Arrays.copyOf(before.toFloats(), 48));
      }
    }
  }

  @Test
  void productsOfSeveralTypes() {
    DType[] types = {DType.Q4_K, DType.F32, DType.Q8_0, DType.BF16, DType.Q4_K, DType.Q6_K};
    try (Arena arena = Arena.ofShared()) {
      Twins twins = new Twins(3, arena);
      for (int rows : new int[] {1, 3, 19}) {
        Tensor x = twins.floats(rows, 512);
        List<Tensor> weights = new ArrayList<>();
        List<Tensor> expected = new ArrayList<>();
        List<Tensor> actual = new ArrayList<>();
        for (int i = 0; i < types.length; i++) {
          weights.add(twins.weight(types[i], 17 + 20 * i, 512));
          expected.add(twins.floats(rows, 17 + 20L * i));
          actual.add(twins.copy(expected.get(i)));
        }
        Twins.SCALAR.products(x, weights, expected);
        FAST.products(x, weights, actual);
        for (int i = 0; i < types.length; i++) {
          Twins.assertClose(actual.get(i), expected.get(i), 512, types[i] + ", rows " + rows);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void experts(DType dtype) {
    int width = dtype.blockElements() == 256 ? 256 : 96;
    int hidden = dtype.blockElements() == 256 ? 512 : 160;
    try (Arena arena = Arena.ofShared()) {
      Twins twins = new Twins(4, arena);
      List<Expert> experts = new ArrayList<>();
      for (int e = 0; e < 5; e++) {
        // one expert's matrices are of several types, as in mixed files
        DType up = e == 3 ? DType.F16 : dtype;
        experts.add(
            new Expert(
                twins.weight(dtype, hidden, width),
                twins.weight(up, hidden, width),
                twins.weight(e == 2 ? DType.F32 : dtype, width, hidden)));
      }
      for (int rows : new int[] {1, 2, 7, 40}) {
        Tensor x = twins.floats(rows, width);
        Dispatch dispatch = dispatch(twins, rows, 5, 2);
        Tensor expected = twins.floats(rows, width);
        Tensor actual = twins.copy(expected);
        Twins.SCALAR.experts(x, experts, dispatch, expected, arena);
        FAST.experts(x, experts, dispatch, actual, arena);
        Twins.assertClose(actual, expected, width * 4, dtype + ", rows " + rows);
      }
    }
  }

  @Test
  void aDenseBlockIsOneExpert() {
    try (Arena arena = Arena.ofShared()) {
      Twins twins = new Twins(5, arena);
      Expert block = new Expert(twins.floats(37, 21), twins.floats(37, 21), twins.floats(21, 37));
      for (int rows : new int[] {1, 4, 33}) {
        Tensor x = twins.floats(rows, 21);
        Tensor expected = twins.floats(rows, 21);
        Tensor actual = twins.copy(expected);
        Dispatch dispatch = Dispatch.dense(rows);
        Twins.SCALAR.experts(x, List.of(block), dispatch, expected, arena);
        FAST.experts(x, List.of(block), dispatch, actual, arena);
        Twins.assertClose(actual, expected, 200, "rows " + rows);
      }
    }
  }

  @Test
  void noRowsAreNoWork() {
    try (Arena arena = Arena.ofShared()) {
      Twins twins = new Twins(6, arena);
      Tensor none = Tensor.floats(Shape.of(0, 32), arena);
      FAST.matmul(none, twins.floats(8, 32), Tensor.floats(Shape.of(0, 8), arena));
      FAST.experts(
          none,
          List.of(new Expert(twins.floats(8, 32), twins.floats(8, 32), twins.floats(32, 8))),
          Dispatch.dense(0),
          Tensor.floats(Shape.of(0, 32), arena),
          arena);
      assertThat(none.rows()).isZero();
    }
  }

  private static Dispatch dispatch(Twins twins, int rows, int experts, int chosen) {
    int[] ids = new int[rows * chosen];
    float[] gates = new float[ids.length];
    for (int t = 0; t < rows; t++) {
      int first = twins.below(experts);
      for (int k = 0; k < chosen; k++) {
        ids[t * chosen + k] = (first + k * (1 + twins.below(2))) % experts;
        gates[t * chosen + k] = 0.5f + k;
      }
    }
    return Dispatch.of(experts, chosen, ids, gates);
  }
}
