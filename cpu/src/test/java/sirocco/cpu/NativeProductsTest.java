package sirocco.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import sirocco.cpu.NativeLibrary.Level;
import sirocco.cpu.NativeLibrary.State;
import sirocco.tensor.DType;
import sirocco.tensor.Kernels.Phase;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;
import sirocco.tensor.quant.Formats;

/// The C kernels against core's decoding and sums in double precision, at every level that this
/// machine has. Skipped where no library was built.
class NativeProductsTest {
  private static final int[] ROWS =
      IntStream.concat(IntStream.rangeClosed(1, 20), IntStream.of(64, 129)).toArray();

  /// Each level and type.
  static Stream<Arguments> ways() {
    if (!(NativeLibrary.state() instanceof State.Works(Level best))) {
      return Stream.of(Arguments.of(Level.NOTHING, Phase.STEP, DType.Q8_0));
    }
    return Arrays.stream(Level.values())
        .filter(level -> level != Level.NOTHING && level.compareTo(best) <= 0)
        .flatMap(level ->
            Arrays.stream(DType.values())
                .filter(type -> type.isReal() && type != DType.F64)
                .flatMap(type ->
                    Arrays.stream(Phase.values()).map(phase -> Arguments.of(level, phase, type))));
  }

  private static Products way(Level level, Phase phase, DType type) {
    assumeTrue(level != Level.NOTHING, () -> "no library in C: " + NativeLibrary.state());
    return type.isQuantized()
        ? new NativeProducts(level, phase)
        : new NativeProducts.Floats(level, phase);
  }

  @Test
  void saysWhatItIs() {
    assertThat(VectorKernels.description())
        .contains(NativeLibrary.state() instanceof State.Works ? "in C with" : "as ");
  }

  @ParameterizedTest
  @MethodSource("ways")
  void equalsDecodedSums(Level level, Phase phase, DType type) {
    Products way = way(level, phase, type);
    var random = new Random(1);
    for (int rows : ROWS) {
      int inputs = inputs(type, random);
      check(way, numbers(random, 37, inputs), type, numbers(random, rows, inputs));
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void equalsDecodedSumsOfExtremes(Level level, Phase phase, DType type) {
    Products way = way(level, phase, type);
    var random = new Random(2);
    for (float size : new float[] {0, 1e-38f, 1e-20f, 1e-4f, 400}) {
      for (int rows : new int[] {1, 7}) {
        int inputs = 2 * 256;
        float[][] w = numbers(random, 19, inputs);
        float[][] x = numbers(random, rows, inputs);
        for (float[] row : w) {
          for (int i = 64; i < inputs; i++) {
            row[i] *= size;
          }
        }
        check(way, w, type, x);
        x[0] = new float[inputs];
        x[rows - 1][5] = 1e20f;
        check(way, w, type, x);
        for (float[] row : x) {
          for (int i = 0; i < inputs; i++) {
            row[i] *= 1e-12f;
          }
        }
        check(way, w, type, x);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void whatIsNoNumberStaysNone(Level level, Phase phase, DType type) {
    Products way = way(level, phase, type);
    for (float odd : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      for (int rows : new int[] {3, 9}) {
        var random = new Random(3);
        float[][] w = numbers(random, 5, 512);
        float[][] x = numbers(random, rows, 512);
        x[1][300] = odd;
        try (Arena arena = Arena.ofConfined()) {
          Tensor weight = weight(w, type, arena);
          float[] out = compute(way, weight, 0, 5, x, arena);
          for (int t = 0; t < rows; t++) {
            for (int o = 0; o < 5; o++) {
              assertThat(Float.isFinite(out[t * 7 + o])).as("row %d", t).isEqualTo(t != 1);
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aRowIsTheSameInAnyCompany(Level level, Phase phase, DType type) {
    Products way = way(level, phase, type);
    var random = new Random(4);
    float[][] w = numbers(random, 33, 768);
    float[][] x = numbers(random, 40, 768);
    try (Arena arena = Arena.ofConfined()) {
      Tensor weight = weight(w, type, arena);
      float[] all = compute(way, weight, 16, 33, x, arena);
      assertThat(compute(way, weight, 16, 33, x, arena)).containsExactly(all);
      for (int t = 0; t < 40; t++) {
        float[] one = compute(way, weight, 16, 33, new float[][] {x[t]}, arena);
        assertThat(Arrays.copyOf(one, 17))
            .as("row %d", t)
            .isEqualTo(Arrays.copyOfRange(all, t * 19, t * 19 + 17));
      }
    }
  }

  private static int inputs(DType type, Random random) {
    int block = type.blockElements();
    return block == 256
        ? 256 * (1 + random.nextInt(4))
        : block == 32 ? 32 * (1 + random.nextInt(30)) : 1 + random.nextInt(600);
  }

  private static float[][] numbers(Random random, int rows, int columns) {
    float[][] numbers = new float[rows][columns];
    for (float[] row : numbers) {
      for (int i = 0; i < columns; i++) {
        row[i] = (float) random.nextGaussian() + 0.25f;
      }
    }
    return numbers;
  }

  /// The matrix at an odd address.
  private static Tensor weight(float[][] w, DType type, Arena arena) {
    Shape shape = Shape.of(w.length, w[0].length);
    MemorySegment room = arena.allocate(type.bytes(shape.elements()) + 1, 64).asSlice(1);
    for (int o = 0; o < w.length; o++) {
      Formats.of(type).encode(w[o], 0, room, o * type.bytes(w[0].length), w[0].length);
    }
    return new Tensor(type, shape, room);
  }

  /// Outputs `from` to `to`, with two numbers between rows that have to stay.
  private static float[] compute(
      Products way, Tensor weight, int from, int to, float[][] x, Arena arena) {
    int inputs = x[0].length;
    Tensor floats = Tensor.floats(Shape.of(x.length, inputs), arena);
    for (int t = 0; t < x.length; t++) {
      MemorySegment.copy(
          x[t], 0, floats.data(), Tensor.FLOAT, (long) t * inputs * Float.BYTES, inputs);
    }
    MemorySegment prepared = arena.allocate(way.preparedBytes(x.length, inputs) + 64, 64);
    way.prepare(floats.data(), x.length, inputs, prepared);
    long stride = to - from + 2L;
    Tensor out = Tensor.floats(Shape.of(x.length, stride), arena);
    out.data().fill((byte) 0x55);
    float untouched = out.getFloat(0);
    var input = new Products.Input(x.length, inputs, floats.data(), prepared);
    way.compute(input, weight, from, to, out.data(), stride);
    for (int t = 0; t < x.length; t++) {
      assertThat(List.of(out.getFloat(t * stride + to - from), out.getFloat((t + 1) * stride - 1)))
          .containsOnly(untouched);
    }
    return out.toFloats();
  }

  private static void check(Products way, float[][] w, DType type, float[][] x) {
    int outputs = w.length;
    int inputs = x[0].length;
    int from = outputs > 20 ? 16 : 0;
    int stride = outputs - from + 2;
    try (Arena arena = Arena.ofConfined()) {
      Tensor weight = weight(w, type, arena);
      float[] out = compute(way, weight, from, outputs, x, arena);
      float[] row = new float[inputs];
      for (int o = from; o < outputs; o++) {
        Formats.of(type).decode(weight.data(), o * weight.rowBytes(), row, 0, inputs);
        for (int t = 0; t < x.length; t++) {
          double sum = 0;
          for (int i = 0; i < inputs; i++) {
            sum += (double) row[i] * x[t][i];
          }
          assertThat((double) out[t * stride + o - from])
              .as("%s row %d of %d output %d of %d inputs", type, t, x.length, o, inputs)
              .isCloseTo(sum, offset(tolerance(type, row, x[t])));
        }
      }
    }
  }

  /// Half a step of a block's largest number for each x, and rounding of sums: levels may be moved
  /// by up to 128 before they are multiplied.
  private static double tolerance(DType type, float[] w, float[] x) {
    double tolerance = 1e-30;
    for (int b = 0; b < x.length; b += 32) {
      double most = 0;
      double sizes = 0;
      double largest = 0;
      int end = Math.min(b + 32, x.length);
      for (int i = b & ~255; i < Math.min((b & ~255) + 256, x.length); i++) {
        largest = Math.max(largest, Math.abs(w[i])); // of those that share a scale of scales
      }
      for (int i = b; i < end; i++) {
        most = Math.max(most, Math.abs(x[i]));
        sizes += Math.abs(w[i]);
        tolerance += 4e-6 * Math.abs(w[i] * x[i]);
      }
      tolerance += type.isQuantized() ? sizes * most * 0x1p-16 + 32 * largest * most * 1e-6 : 0;
    }
    return tolerance;
  }
}
