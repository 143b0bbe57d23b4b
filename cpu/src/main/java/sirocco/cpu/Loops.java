package sirocco.cpu;

import java.lang.foreign.MemorySegment;
import sirocco.tensor.Kernels.RotaryPairs;
import sirocco.tensor.Tensor;

/// What stands between the products: number by number or row by row. Two ways exist: [JavaLoops] on
/// the Vector API, and [NativeLoops] where the library works. The latter is hardly faster in the
/// end, but as fast from the first token on.
interface Loops {
  /// Rows `from` to `to` of the norm, as [sirocco.tensor.Kernels#rmsNorm] says.
  void rmsNorm(Tensor x, Tensor weight, float epsilon, Tensor out, int from, int to);

  /// Rows `from` to `to` of `x += y`.
  void add(Tensor x, Tensor y, int from, int to);

  /// `x[row] += scale * y[from]`.
  void addScaledRow(Tensor x, long row, float scale, Tensor y, long from);

  /// `gate = silu(gate) * up` for some columns of some rows.
  ///
  /// @param stride numbers from one row of gate to the next
  /// @param width numbers of a row, one behind the other in up
  void swiGlu(MemorySegment gate, long stride, MemorySegment up, int width, int rows);

  /// Rows `from` to `to`, their pairs turned, as [sirocco.tensor.Kernels#rotate] says.
  void rotate(Tensor x, Tensor cosSin, RotaryPairs pairs, int from, int to);
}
