package sirocco.cpu;

import java.lang.foreign.MemorySegment;
import sirocco.tensor.Tensor;

/// How one thread multiplies rows with a part of a matrix. Two ways exist: [JavaProducts] on the
/// Vector API, and [NativeProducts] where its library works.
///
/// Legend: T rows, I inputs, O outputs.
interface Products {
  /// Whether this way knows the weight's type.
  boolean takes(Tensor weight);

  /// Bytes that [#prepare] fills.
  long preparedBytes(int rows, int inputs);

  /// Brings rows into the form that [#compute] reads. Done once for all matrices and all threads.
  ///
  /// @param floats `[T, I]` float32
  /// @param prepared receives them, [#preparedBytes] bytes at a multiple of 64
  void prepare(MemorySegment floats, int rows, int inputs, MemorySegment prepared);

  /// `x[t] · weight[o]` for o from `from` to `to` and all t.
  ///
  /// @param input rows, made ready
  /// @param weight `[O, I]`
  /// @param from a multiple of 16
  /// @param out float32; output o of row t is number `t * stride + o - from`
  /// @param stride numbers from one row of out to the next, at least `to - from`
  void compute(Input input, Tensor weight, int from, int to, MemorySegment out, long stride);

  /// Rows, made ready.
  ///
  /// @param rows T
  /// @param inputs I
  /// @param floats `[T, I]`, as they were
  /// @param prepared whatever else [#compute] reads
  record Input(int rows, int inputs, MemorySegment floats, MemorySegment prepared) {}
}
