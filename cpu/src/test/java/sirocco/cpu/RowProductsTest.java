package sirocco.cpu;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import sirocco.tensor.DType;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;
import sirocco.tensor.quant.Formats;

/// Every type's kernel against its decoder and sums in float64. The module's tests run once for
/// each length of vectors (pom.xml).
class RowProductsTest {
  /// Halves that scales are made of: none, both ends, below the normal halves, usual ones.
  private static final float[] SCALES = {
    0f, -0f, 65504f, -65504f, 0x1p-24f, -0x3p-24f, 0x3FFp-24f, 0x1p-14f, 0.01f, -0.02f, 1.5f, 0.3f
  };

  private final Arena arena = Arena.ofConfined();
  private final Random random = new Random(7);

  @AfterEach
  void close() {
    arena.close();
  }

  static Stream<DType> types() {
    return Arrays.stream(DType.values()).filter(DType::isReal);
  }

  @ParameterizedTest
  @MethodSource("types")
  void sumsWhatTheDecoderReads(DType type) {
    for (int inputs : sizes(type)) {
      Tensor weight = weights(type, 19, inputs);
      for (int rows = 1; rows <= 4; rows++) {
        MemorySegment x = inputs(rows, inputs);
        check(weight, x, rows, 0, 1);
        check(weight, x, rows, 16, 19);
        check(weight, x, rows, 16, 16);
      }
    }
  }

  /// Often enough that the compiler has replaced what the interpreter did.
  @ParameterizedTest
  @MethodSource("types")
  void sumsTheSameOnceCompiled(DType type) {
    int inputs = 768;
    Tensor weight = weights(type, 64, inputs);
    MemorySegment x = inputs(3, inputs);
    MemorySegment out = arena.allocate(3 * 64 * Float.BYTES);
    for (int i = 0; i < 50; i++) {
      int rows = 1 + i % 3;
      RowProducts.compute(new Products.Input(rows, inputs, x, x), weight, 0, 64, out, 64);
    }
    for (int rows = 1; rows <= 3; rows++) {
      check(weight, x, rows, 0, 64);
    }
  }

  /// Nothing is added to one product: what is left is the weight as the decoder reads it.
  @ParameterizedTest
  @MethodSource("types")
  void readsEachWeightExactly(DType type) {
    int inputs = Math.max(64, type.blockElements());
    Tensor weight = weights(type, 1, inputs);
    float[] decoded = new float[inputs];
    Formats.of(type).decode(weight.data(), 0, decoded, 0, inputs);
    MemorySegment x = arena.allocate((long) inputs * Float.BYTES);
    MemorySegment out = arena.allocate(Float.BYTES);
    for (int i = 0; i < inputs; i++) {
      x.fill((byte) 0).set(Tensor.FLOAT, (long) i * Float.BYTES, 1f);
      RowProducts.compute(new Products.Input(1, inputs, x, x), weight, 0, 1, out, 1);
      assertThat(out.get(Tensor.FLOAT, 0) + 0f)
          .as("%s, number %d", type, i)
          .isEqualTo(decoded[i] + 0f);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "BF16", "F64"})
  void carriesWhatIsNotFinite(DType type) {
    int inputs = 67;
    float[] specials = {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN};
    for (float special : specials) {
      for (int place : new int[] {0, 17, 40, 63, 66}) {
        float[] numbers = new float[inputs];
        Arrays.fill(numbers, 0.5f);
        numbers[place] = special;
        Tensor weight = unaligned(type, 1, inputs);
        Formats.of(type).encode(numbers, 0, weight.data(), 0, inputs);
        MemorySegment x = arena.allocate((long) inputs * Float.BYTES);
        for (int i = 0; i < inputs; i++) {
          x.set(Tensor.FLOAT, (long) i * Float.BYTES, -1f);
        }
        MemorySegment out = arena.allocate(Float.BYTES);
        RowProducts.compute(new Products.Input(1, inputs, x, x), weight, 0, 1, out, 1);
        assertThat(out.get(Tensor.FLOAT, 0)).isEqualTo(Float.valueOf(-special));
      }
    }
  }

  private void check(Tensor weight, MemorySegment x, int rows, int from, int to) {
    int inputs = (int) weight.columns();
    int stride = to - from + 2;
    MemorySegment out = arena.allocate((long) rows * stride * Float.BYTES + 3).asSlice(3);
    out.fill((byte) 0x55);
    float untouched = Float.intBitsToFloat(0x55555555);
    RowProducts.compute(new Products.Input(rows, inputs, x, x), weight, from, to, out, stride);
    float[] decoded = new float[inputs];
    for (int o = from; o < from + stride; o++) {
      if (o < to) {
        Formats.of(weight.dtype()).decode(weight.data(), o * weight.rowBytes(), decoded, 0, inputs);
      }
      for (int t = 0; t < rows; t++) {
        double sum = 0;
        double magnitude = 0;
        for (int i = 0; i < inputs; i++) {
          double product =
              decoded[i] * (double) x.get(Tensor.FLOAT, ((long) t * inputs + i) * Float.BYTES);
          sum += product;
          magnitude += Math.abs(product);
        }
        float found = out.get(Tensor.FLOAT, ((long) t * stride + o - from) * Float.BYTES);
        assertThat((double) found)
            .as("%s, %d inputs, row %d of %d, output %d", weight.dtype(), inputs, t, rows, o)
            .isCloseTo(
                o < to ? sum : untouched,
                within(o < to ? tolerance(inputs) * magnitude + Float.MIN_VALUE : 0));
      }
    }
  }

  /// Of the sum of all magnitudes. What rounding adds up to wanders about and grows with the root.
  private static double tolerance(int inputs) {
    return (4 + Math.sqrt(inputs)) * Math.ulp(1f);
  }

  private static int[] sizes(DType type) {
    return switch (type.blockElements()) {
      case 1 -> new int[] {1, 7, 33, 64, 511, 1100};
      case 32 -> new int[] {32, 64, 96, 544};
      default -> new int[] {256, 512, 1280};
    };
  }

  /// Numbers of many magnitudes, from an odd address.
  private MemorySegment inputs(int rows, int inputs) {
    MemorySegment x = arena.allocate((long) rows * inputs * Float.BYTES + 1).asSlice(1);
    for (long i = 0; i < (long) rows * inputs; i++) {
      float number = (float) (random.nextGaussian() * Math.exp(2 * random.nextGaussian()));
      x.set(Tensor.FLOAT, i * Float.BYTES, number);
    }
    return x;
  }

  /// Blocks of random levels under scales of every kind; plain numbers of many magnitudes.
  private Tensor weights(DType type, int outputs, int inputs) {
    Tensor weight = unaligned(type, outputs, inputs);
    MemorySegment data = weight.data();
    if (!type.isQuantized()) {
      float[] numbers = new float[outputs * inputs];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = (float) (random.nextGaussian() * Math.exp(3 * random.nextGaussian() - 4));
      }
      Formats.of(type).encode(numbers, 0, data, 0, numbers.length);
      return weight;
    }
    for (long i = 0; i < data.byteSize(); i++) {
      data.set(JAVA_BYTE, i, (byte) random.nextInt());
    }
    for (long block = 0; block < data.byteSize(); block += type.blockBytes()) {
      for (int place : scalePlaces(type)) {
        float scale = SCALES[random.nextInt(SCALES.length)];
        data.set(Tensor.SHORT, block + place, Float.floatToFloat16(scale));
      }
    }
    return weight;
  }

  private Tensor unaligned(DType type, int outputs, int inputs) {
    Shape shape = Shape.of(outputs, inputs);
    long bytes = type.bytes(shape.elements());
    return new Tensor(type, shape, arena.allocate(bytes + 5, 64).asSlice(5, bytes));
  }

  /// Where a block has halves.
  private static int[] scalePlaces(DType type) {
    return switch (type) {
      case Q4_0, Q5_0, Q8_0, IQ4_NL, IQ4_XS -> new int[] {0};
      case Q4_1, Q5_1, Q4_K, Q5_K -> new int[] {0, 2};
      case Q2_K -> new int[] {80, 82};
      case Q3_K -> new int[] {108};
      case Q6_K -> new int[] {208};
      case F32, F16, BF16, F64, I8, I16, I32, I64 -> new int[0];
    };
  }
}
