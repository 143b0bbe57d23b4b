package sirocco.cpu;

import java.lang.foreign.MemorySegment;
import sirocco.cpu.Products.Input;
import sirocco.tensor.Tensor;
import sirocco.tensor.quant.Format;
import sirocco.tensor.quant.Formats;

/// Few rows times a matrix: each row of the matrix is read once, unpacked in registers and
/// multiplied at once.
final class RowProducts {
  private RowProducts() {}

  /// As [Products#compute] says.
  static void compute(
      Input input, Tensor weight, int from, int to, MemorySegment out, long stride) {
    Format format = Formats.of(weight.dtype());
    int inputs = input.inputs();
    float[] w = new float[inputs];
    for (int o = from; o < to; o++) {
      format.decode(weight.data(), o * weight.rowBytes(), w, 0, inputs);
      for (int t = 0; t < input.rows(); t++) {
        float sum = 0;
        for (int i = 0; i < inputs; i++) {
          sum += w[i] * input.floats().get(Tensor.FLOAT, ((long) t * inputs + i) * Float.BYTES);
        }
        out.set(Tensor.FLOAT, (t * stride + o - from) * Float.BYTES, sum);
      }
    }
  }
}
