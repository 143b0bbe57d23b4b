package sirocco.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sirocco.cpu.Products.Input;
import sirocco.tensor.DType;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;

/// Tiles give, to the bit, the sum over the inputs one after the other; so a row is the same
/// whatever rows are beside it.
class TileProductsTest {
  static Stream<DType> types() {
    return Stream.of(DType.values()).filter(DType::isReal);
  }

  @ParameterizedTest
  @MethodSource("types")
  void anyTypeTimesSomeRows(DType type) {
    int inputs = type.blockElements() == 1 ? 523 : type.blockElements() == 32 ? 544 : 768;
    try (Arena arena = Arena.ofConfined()) {
      var product = new Multiplication(type, inputs, 37, arena);
      check(product, product.rows(21));
      check(product, product.rows(70));
    }
  }

  @Test
  void anyNumberOfRows() {
    try (Arena arena = Arena.ofConfined()) {
      var product = new Multiplication(DType.F16, 67, 19, arena);
      for (int rows = 1; rows <= 70; rows++) {
        check(product, product.rows(rows));
      }
      check(product, product.rows(129));
      check(product, product.rows(300));
      check(product, product.rows(601));
    }
  }

  @Test
  void anyNumberOfOutputsAndInputs() {
    for (int outputs : new int[] {1, 2, 7, 8, 9, 16, 31, 64, 65, 129, 150}) {
      for (int inputs : new int[] {1, 3, 255, 256, 257}) {
        try (Arena arena = Arena.ofConfined()) {
          var product = new Multiplication(DType.BF16, inputs, outputs, arena);
          check(product, product.rows(17));
        }
      }
    }
  }

  @Test
  void isNearTheSumInDoublePrecision() {
    try (Arena arena = Arena.ofConfined()) {
      var product = new Multiplication(DType.Q4_K, 4096, 16, arena);
      float[] x = product.rows(40);
      float[] found = product.tiles(x);
      for (int t = 0; t < 40; t++) {
        for (int o = 0; o < 16; o++) {
          assertThat((double) found[t * 16 + o])
              .isCloseTo(product.expected(x, t, o), Offset.offset(product.tolerance(x, t, o)));
        }
      }
    }
  }

  @Test
  void whatIsNoFiniteNumberStaysInItsRow() {
    try (Arena arena = Arena.ofConfined()) {
      var product = new Multiplication(DType.F32, 40, 20, arena);
      float[] x = product.rows(67);
      x[3 * 40 + 5] = Float.NaN;
      x[66 * 40 + 39] = Float.NEGATIVE_INFINITY;
      x[20 * 40] = Float.MIN_VALUE;
      x[21 * 40] = Float.MAX_VALUE;
      product.weight.setFloat(7 * 40 + 2, Float.POSITIVE_INFINITY);
      product.weight.setFloat(8 * 40 + 1, Float.MAX_VALUE);
      product.weight.setFloat(9 * 40 + 1, Float.MIN_VALUE);
      product.weight.setFloat(19 * 40 + 39, Float.NaN);
      product.decode();
      check(product, x);
    }
  }

  /// Neither the rows behind the last nor the outputs beside those asked for are written, whatever
  /// the memory held that is prepared.
  @Test
  void writesOnlyWhatWasAskedFor() {
    int stride = 61;
    try (Arena arena = Arena.ofConfined()) {
      var product = new Multiplication(DType.Q8_0, 64, 48, arena);
      float[] x = product.rows(5);
      MemorySegment floats = Tensor.copyOf(x, Shape.of(x.length), arena).data();
      MemorySegment prepared = arena.allocate(TileProducts.preparedBytes(5, 64), 64);
      prepared.fill((byte) -1);
      TileProducts.prepare(floats, 5, 64, prepared);
      float[] before = new float[7 * stride];
      Arrays.fill(before, -7);
      Tensor out = Tensor.copyOf(before, Shape.of(before.length), arena);
      TileProducts.compute(
          new Input(5, 64, floats, prepared), product.weight, 16, 47, out.data(), stride);
      float[] found = out.toFloats();
      for (int i = 0; i < found.length; i++) {
        int t = i / stride;
        int o = i % stride + 16;
        float expected = t < 5 && o < 47 ? product.sequential(x, t, o) : -7;
        assertThat(found[i]).as("row %d output %d", t, o).isEqualTo(expected);
      }
    }
  }

  private static void check(Multiplication product, float[] x) {
    float[] found = product.tiles(x);
    int rows = x.length / product.inputs;
    for (int t = 0; t < rows; t++) {
      for (int o = 0; o < product.outputs; o++) {
        float expected = product.sequential(x, t, o);
        if (Float.compare(found[t * product.outputs + o], expected) != 0) {
          assertThat(found[t * product.outputs + o])
              .as("%s, row %d of %d, output %d", product, t, rows, o)
              .isEqualTo(expected);
        }
      }
    }
  }
}
