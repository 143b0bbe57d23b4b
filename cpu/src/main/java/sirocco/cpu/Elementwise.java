package sirocco.cpu;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import sirocco.cpu.rows.Sums;
import sirocco.tensor.DType;
import sirocco.tensor.Tensor;
import sirocco.tensor.quant.Format;
import sirocco.tensor.quant.Formats;

/// What is done number by number or row by row. Every loop runs over vectors and then, number by
/// number, over what no longer fills one.
final class Elementwise {
  /// As wide as the processor's vectors.
  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  /// Lanes of a vector.
  static final int LANES = SPECIES.length();

  /// Half as wide.
  private static final VectorSpecies<Float> HALF =
      VectorSpecies.of(float.class, VectorShape.forBitSize(SPECIES.vectorBitSize() / 2));

  /// As wide, with the lanes of half a vector.
  private static final VectorSpecies<Double> DOUBLES =
      VectorSpecies.of(double.class, SPECIES.vectorShape());

  private Elementwise() {}

  /// The vector of float32 numbers at a byte offset.
  static FloatVector load(MemorySegment source, long at) {
    return FloatVector.fromMemorySegment(SPECIES, source, at, ByteOrder.LITTLE_ENDIAN);
  }

  /// Writes a vector to a byte offset.
  static void store(FloatVector vector, MemorySegment target, long at) {
    vector.intoMemorySegment(target, at, ByteOrder.LITTLE_ENDIAN);
  }

  /// `out[t] = table[ids[t]]`.
  static void embed(Tensor table, int[] ids, Tensor out) {
    int width = (int) table.columns();
    Format format = Formats.of(table.dtype());
    float[] numbers = new float[width];
    for (int t = 0; t < ids.length; t++) {
      format.decode(table.data(), ids[t] * table.rowBytes(), numbers, 0, width);
      MemorySegment.copy(numbers, 0, out.data(), Tensor.FLOAT, t * out.rowBytes(), width);
    }
  }

  /// Rows `from` to `to` of the norm.
  static void rmsNorm(Tensor x, Tensor weight, float epsilon, Tensor out, int from, int to) {
    int width = (int) x.columns();
    if (weight.dtype() == DType.F32) {
      for (int t = from; t < to; t++) {
        long at = t * x.rowBytes();
        float inverse = inverseLength(x.data(), at, width, epsilon);
        scaleBy(x.data(), at, inverse, weight.data(), out.data(), width);
      }
    } else {
      float[] scale = new float[width];
      Formats.of(weight.dtype()).decode(weight.data(), 0, scale, 0, width);
      for (int t = from; t < to; t++) {
        long at = t * x.rowBytes();
        float inverse = inverseLength(x.data(), at, width, epsilon);
        scaleBy(x.data(), at, inverse, scale, out.data());
      }
    }
  }

  /// `1 / sqrt(mean(x²) + epsilon)`, the sum in float64.
  private static float inverseLength(MemorySegment x, long at, int width, float epsilon) {
    DoubleVector low = DoubleVector.zero(DOUBLES);
    DoubleVector high = DoubleVector.zero(DOUBLES);
    int bound = SPECIES.loopBound(width);
    for (int i = 0; i < bound; i += LANES) {
      long from = at + (long) i * Float.BYTES;
      long middle = from + LANES / 2L * Float.BYTES;
      FloatVector v = FloatVector.fromMemorySegment(HALF, x, from, ByteOrder.LITTLE_ENDIAN);
      var first = (DoubleVector) v.convertShape(VectorOperators.F2D, DOUBLES, 0);
      v = FloatVector.fromMemorySegment(HALF, x, middle, ByteOrder.LITTLE_ENDIAN);
      var second = (DoubleVector) v.convertShape(VectorOperators.F2D, DOUBLES, 0);
      low = first.fma(first, low);
      high = second.fma(second, high);
    }
    double[] lanes = new double[DOUBLES.length()];
    low.add(high).intoArray(lanes, 0);
    double squares = Sums.of(lanes);
    for (int i = bound; i < width; i++) {
      double v = x.get(Tensor.FLOAT, at + (long) i * Float.BYTES);
      squares += v * v;
    }
    return (float) (1 / Math.sqrt(squares / width + epsilon));
  }

  private static void scaleBy(
      MemorySegment x, long at, float factor, MemorySegment scale, MemorySegment out, int width) {
    int bound = SPECIES.loopBound(width);
    for (int i = 0; i < bound; i += LANES) {
      long offset = (long) i * Float.BYTES;
      store(load(x, at + offset).mul(factor).mul(load(scale, offset)), out, at + offset);
    }
    for (int i = bound; i < width; i++) {
      long offset = (long) i * Float.BYTES;
      float v = x.get(Tensor.FLOAT, at + offset) * factor * scale.get(Tensor.FLOAT, offset);
      out.set(Tensor.FLOAT, at + offset, v);
    }
  }

  private static void scaleBy(
      MemorySegment x, long at, float factor, float[] scale, MemorySegment out) {
    int bound = SPECIES.loopBound(scale.length);
    for (int i = 0; i < bound; i += LANES) {
      long to = at + (long) i * Float.BYTES;
      store(load(x, to).mul(factor).mul(FloatVector.fromArray(SPECIES, scale, i)), out, to);
    }
    for (int i = bound; i < scale.length; i++) {
      long to = at + (long) i * Float.BYTES;
      out.set(Tensor.FLOAT, to, x.get(Tensor.FLOAT, to) * factor * scale[i]);
    }
  }

  /// Rows `from` to `to` of `x += y`.
  static void add(Tensor x, Tensor y, int from, int to) {
    for (int t = from; t < to; t++) {
      addScaledRow(x, t, 1, y, t);
    }
  }

  /// `x[row] += scale * y[from]`.
  static void addScaledRow(Tensor x, long row, float scale, Tensor y, long from) {
    MemorySegment target = x.data();
    MemorySegment source = y.data();
    long at = row * x.rowBytes();
    long start = from * y.rowBytes();
    int width = (int) x.columns();
    int bound = SPECIES.loopBound(width);
    for (int i = 0; i < bound; i += LANES) {
      long offset = (long) i * Float.BYTES;
      FloatVector product = load(source, start + offset).mul(scale);
      store(load(target, at + offset).add(product), target, at + offset);
    }
    for (int i = bound; i < width; i++) {
      long offset = (long) i * Float.BYTES;
      float product = scale * source.get(Tensor.FLOAT, start + offset);
      target.set(Tensor.FLOAT, at + offset, target.get(Tensor.FLOAT, at + offset) + product);
    }
  }

  static void clearRow(Tensor x, long row) {
    x.data().asSlice(row * x.rowBytes(), x.rowBytes()).fill((byte) 0);
  }

  /// `gate = silu(gate) * up` for some columns of some rows.
  ///
  /// @param stride numbers from one row of gate to the next
  /// @param width numbers of a row, one behind the other in up
  static void swiGlu(MemorySegment gate, long stride, MemorySegment up, int width, int rows) {
    int bound = SPECIES.loopBound(width);
    for (int t = 0; t < rows; t++) {
      long row = t * stride * Float.BYTES;
      long upRow = (long) t * width * Float.BYTES;
      for (int i = 0; i < bound; i += LANES) {
        long offset = (long) i * Float.BYTES;
        FloatVector z =
            FloatVector.fromMemorySegment(SPECIES, gate, row + offset, ByteOrder.LITTLE_ENDIAN);
        FloatVector u =
            FloatVector.fromMemorySegment(SPECIES, up, upRow + offset, ByteOrder.LITTLE_ENDIAN);
        // exp(-|z|), as in Exponential
        FloatVector x = z.abs().neg().max(Exponential.LOWEST);
        FloatVector shifted =
            x.fma(
                FloatVector.broadcast(SPECIES, Exponential.LOG2_E),
                FloatVector.broadcast(SPECIES, Exponential.SHIFT));
        FloatVector n = shifted.sub(Exponential.SHIFT);
        FloatVector r = n.fma(FloatVector.broadcast(SPECIES, -Exponential.LN2_HIGH), x);
        r = n.fma(FloatVector.broadcast(SPECIES, -Exponential.LN2_LOW), r);
        FloatVector sum = r.mul(1 / 5040f).add(1 / 720f);
        sum = sum.fma(r, FloatVector.broadcast(SPECIES, 1 / 120f));
        sum = sum.fma(r, FloatVector.broadcast(SPECIES, 1 / 24f));
        sum = sum.fma(r, FloatVector.broadcast(SPECIES, 1 / 6f));
        sum = sum.fma(r, FloatVector.broadcast(SPECIES, 0.5f));
        sum = sum.fma(r, FloatVector.broadcast(SPECIES, 1));
        sum = sum.fma(r, FloatVector.broadcast(SPECIES, 1));
        var power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
        FloatVector e = sum.mul(power.reinterpretAsFloats());
        // for negative z in a form whose exponential cannot become infinite
        FloatVector numerator = z.blend(z.mul(e), z.compare(VectorOperators.LT, 0));
        numerator
            .div(e.add(1))
            .mul(u)
            .intoMemorySegment(gate, row + offset, ByteOrder.LITTLE_ENDIAN);
      }
      for (int i = bound; i < width; i++) {
        long at = row + (long) i * Float.BYTES;
        float z = gate.get(Tensor.FLOAT, at);
        float u = up.get(Tensor.FLOAT, upRow + (long) i * Float.BYTES);
        gate.set(Tensor.FLOAT, at, (float) (z / (1 + Math.exp(-z))) * u);
      }
    }
  }
}
