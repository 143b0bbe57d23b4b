package sirocco.cpu;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import sirocco.tensor.Kernels.RotaryPairs;
import sirocco.tensor.Tensor;
import sirocco.tensor.quant.Formats;

/// What is done number by number or row by row.
final class Elementwise {
  /// As wide as the processor's vectors.
  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  private Elementwise() {}

  /// `out[to] = table[row]`.
  static void decodeRow(Tensor table, long row, Tensor out, long to) {
    int width = (int) table.columns();
    float[] numbers = new float[width];
    Formats.of(table.dtype()).decode(table.data(), row * table.rowBytes(), numbers, 0, width);
    MemorySegment.copy(numbers, 0, out.data(), Tensor.FLOAT, to * out.rowBytes(), width);
  }

  /// Rows `from` to `to` of the norm.
  static void rmsNorm(Tensor x, Tensor weight, float epsilon, Tensor out, int from, int to) {
    int width = (int) x.columns();
    float[] scale = new float[width];
    Formats.of(weight.dtype()).decode(weight.data(), 0, scale, 0, width);
    for (long t = from; t < to; t++) {
      double squares = 0;
      for (int i = 0; i < width; i++) {
        float v = x.getFloat(t * width + i);
        squares += (double) v * v;
      }
      float inverse = (float) (1 / Math.sqrt(squares / width + epsilon));
      for (int i = 0; i < width; i++) {
        out.setFloat(t * width + i, x.getFloat(t * width + i) * inverse * scale[i]);
      }
    }
  }

  /// Rows `from` to `to` of `x += y`.
  static void add(Tensor x, Tensor y, int from, int to) {
    for (long i = from * x.columns(); i < to * x.columns(); i++) {
      x.setFloat(i, x.getFloat(i) + y.getFloat(i));
    }
  }

  /// `x[row] += scale * y[from]`.
  static void addScaledRow(Tensor x, long row, float scale, Tensor y, long from) {
    long width = x.columns();
    for (long i = 0; i < width; i++) {
      long at = row * width + i;
      x.setFloat(at, x.getFloat(at) + scale * y.getFloat(from * width + i));
    }
  }

  static void clearRow(Tensor x, long row) {
    x.data().asSlice(row * x.rowBytes(), x.rowBytes()).fill((byte) 0);
  }

  /// Rows `from` to `to` of `gate = silu(gate) * up`.
  static void swiGlu(Tensor gate, Tensor up, int from, int to) {
    long at = from * gate.rowBytes();
    swiGlu(
        gate.data().asSlice(at),
        gate.columns(),
        up.data().asSlice(at),
        (int) gate.columns(),
        to - from);
  }

  /// `gate = silu(gate) * up` for some columns of some rows.
  ///
  /// @param stride numbers from one row of gate to the next
  /// @param width numbers of a row, one behind the other in up
  static void swiGlu(MemorySegment gate, long stride, MemorySegment up, int width, int rows) {
    for (int t = 0; t < rows; t++) {
      for (int i = 0; i < width; i++) {
        long at = (t * stride + i) * Float.BYTES;
        float z = gate.get(Tensor.FLOAT, at);
        float u = up.get(Tensor.FLOAT, ((long) t * width + i) * Float.BYTES);
        gate.set(Tensor.FLOAT, at, (float) (z / (1 + Math.exp(-z))) * u);
      }
    }
  }

  /// Rows `from` to `to`, their pairs turned.
  static void rotate(Tensor x, Tensor cosSin, RotaryPairs pairs, int from, int to) {
    int half = (int) cosSin.shape().extent(1);
    int width = (int) x.columns();
    for (long t = from; t < to; t++) {
      for (int head = 0; head < width; head += 2 * half) {
        for (int i = 0; i < half; i++) {
          float cos = cosSin.getFloat((t * half + i) * 2);
          float sin = cosSin.getFloat((t * half + i) * 2 + 1);
          long first = t * width + head + (long) i * pairs.step();
          long second = first + pairs.distance();
          float a = x.getFloat(first);
          float b = x.getFloat(second);
          x.setFloat(first, a * cos - b * sin);
          x.setFloat(second, b * cos + a * sin);
        }
      }
    }
  }
}
