package sirocco.cpu;

import java.lang.foreign.MemorySegment;
import sirocco.tensor.Kernels.RotaryPairs;
import sirocco.tensor.Tensor;

/// Loops on the Vector API: [Elementwise] and [Rotation].
final class JavaLoops implements Loops {
  @Override
  public void rmsNorm(Tensor x, Tensor weight, float epsilon, Tensor out, int from, int to) {
    Elementwise.rmsNorm(x, weight, epsilon, out, from, to);
  }

  @Override
  public void add(Tensor x, Tensor y, int from, int to) {
    Elementwise.add(x, y, from, to);
  }

  @Override
  public void addScaledRow(Tensor x, long row, float scale, Tensor y, long from) {
    Elementwise.addScaledRow(x, row, scale, y, from);
  }

  @Override
  public void swiGlu(MemorySegment gate, long stride, MemorySegment up, int width, int rows) {
    Elementwise.swiGlu(gate, stride, up, width, rows);
  }

  @Override
  public void rotate(Tensor x, Tensor cosSin, RotaryPairs pairs, int from, int to) {
    Rotation.rotate(x, cosSin, pairs, from, to);
  }
}
