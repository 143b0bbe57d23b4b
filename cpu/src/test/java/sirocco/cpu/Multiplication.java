package sirocco.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import sirocco.cpu.Products.Input;
import sirocco.tensor.DType;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;
import sirocco.tensor.quant.Formats;

/// A product to try: random rows and a random matrix, which starts at an odd address.
final class Multiplication {
  final DType type;
  final int inputs;
  final int outputs;
  final Tensor weight;

  /// The matrix, as core decodes it.
  final float[] decoded;

  private final Random random;
  private final Arena arena;

  Multiplication(DType type, int inputs, int outputs, Arena arena) {
    this.type = type;
    this.inputs = inputs;
    this.outputs = outputs;
    this.arena = arena;
    random = new Random(31L * inputs + outputs);
    int numbers = inputs * outputs;
    long bytes = type.bytes(numbers);
    MemorySegment data = arena.allocate(bytes + 1, 64).asSlice(1);
    Formats.of(type).encode(floats(numbers, 0.02f), 0, data, 0, numbers);
    weight = new Tensor(type, Shape.of(outputs, inputs), data);
    decoded = new float[numbers];
    decode();
  }

  /// To be called when the matrix was changed.
  void decode() {
    Formats.of(type).decode(weight.data(), 0, decoded, 0, decoded.length);
  }

  float[] floats(int count, float scale) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) random.nextGaussian() * scale;
    }
    return numbers;
  }

  /// Rows that fill their memory to the last byte.
  float[] rows(int rows) {
    return floats(rows * inputs, 1);
  }

  /// One way to compute outputs.
  @FunctionalInterface
  interface Way {
    void compute(Input input, Tensor weight, int from, int to, MemorySegment out, long stride);
  }

  float[] tiles(float[] x) {
    MemorySegment floats = Tensor.copyOf(x, Shape.of(x.length), arena).data();
    int rows = x.length / inputs;
    MemorySegment prepared = arena.allocate(TileProducts.preparedBytes(rows, inputs), 64);
    TileProducts.prepare(floats, rows, inputs, prepared);
    return run(TileProducts::compute, new Input(rows, inputs, floats, prepared));
  }

  /// As these kernels choose.
  float[] chosen(Products products, float[] x) {
    MemorySegment floats = Tensor.copyOf(x, Shape.of(x.length), arena).data();
    int rows = x.length / inputs;
    long bytes = Math.max(64, products.preparedBytes(rows, inputs));
    MemorySegment prepared = arena.allocate(bytes, 64);
    products.prepare(floats, rows, inputs, prepared);
    return run(products::compute, new Input(rows, inputs, floats, prepared));
  }

  /// All outputs `[T, O]`, computed in two parts.
  private float[] run(Way way, Input input) {
    Tensor out = Tensor.floats(Shape.of(input.rows(), outputs), arena);
    int middle = outputs > 16 ? outputs / 32 * 16 : 0;
    if (middle > 0) {
      way.compute(input, weight, 0, middle, out.data(), outputs);
    }
    way.compute(
        input, weight, middle, outputs, out.data().asSlice((long) middle * Float.BYTES), outputs);
    return out.toFloats();
  }

  /// Output o of row t in double precision.
  double expected(float[] x, int t, int o) {
    double sum = 0;
    for (int i = 0; i < inputs; i++) {
      sum += (double) decoded[o * inputs + i] * x[t * inputs + i];
    }
    return sum;
  }

  /// How far a sum in float32 may be from that.
  double tolerance(float[] x, int t, int o) {
    double size = 0;
    for (int i = 0; i < inputs; i++) {
      size += Math.abs((double) decoded[o * inputs + i] * x[t * inputs + i]);
    }
    return 0x1p-23 * Math.sqrt(inputs) * size + 0x1p-140;
  }

  /// Output o of row t, the inputs one after the other in float32.
  float sequential(float[] x, int t, int o) {
    float sum = 0;
    for (int i = 0; i < inputs; i++) {
      sum = Math.fma(decoded[o * inputs + i], x[t * inputs + i], sum);
    }
    return sum;
  }

  @Override
  public String toString() {
    return type + "[" + outputs + ", " + inputs + "]";
  }
}
