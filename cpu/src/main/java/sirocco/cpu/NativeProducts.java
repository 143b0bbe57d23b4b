package sirocco.cpu;

import java.lang.foreign.MemorySegment;
import sirocco.tensor.DType;
import sirocco.tensor.Kernels.Phase;
import sirocco.tensor.Tensor;

/// Products with quantised types in C: whole numbers, exact but for x, which is rounded to 16 bits
/// under one scale for each 32. A row of x that holds something infinite, or no number, gives
/// products that are no numbers.
///
/// @param level at most what the processor has
/// @param phase what the rows are
record NativeProducts(NativeLibrary.Level level, Phase phase) implements Products {
  @Override
  public boolean takes(Tensor weight) {
    return weight.dtype().isQuantized();
  }

  @Override
  public long preparedBytes(int rows, int inputs) {
    return NativeLibrary.preparedBytes(level, phase, rows, inputs);
  }

  @Override
  public void prepare(MemorySegment floats, int rows, int inputs, MemorySegment prepared) {
    NativeLibrary.prepare(level, phase, floats, rows, inputs, prepared);
  }

  @Override
  public void compute(
      Input input, Tensor weight, int from, int to, MemorySegment out, long stride) {
    compute(level, phase, input, weight, from, to, input.prepared(), out, stride);
  }

  private static void compute(
      NativeLibrary.Level level,
      Phase phase,
      Input input,
      Tensor weight,
      int from,
      int to,
      MemorySegment x,
      MemorySegment out,
      long stride) {
    NativeLibrary.products(
        level,
        phase,
        weight.dtype().ggufId(),
        weight.data(),
        weight.rowBytes(),
        input.inputs(),
        from,
        to,
        x,
        input.rows(),
        out,
        stride);
  }

  /// Products with 16-bit and 32-bit floats in C. Nothing is made ready, nothing rounded but sums.
  ///
  /// @param level at most what the processor has
  /// @param phase what the rows are
  record Floats(NativeLibrary.Level level, Phase phase) implements Products {
    @Override
    public boolean takes(Tensor weight) {
      return weight.dtype() == DType.F16
          || weight.dtype() == DType.BF16
          || weight.dtype() == DType.F32;
    }

    @Override
    public long preparedBytes(int rows, int inputs) {
      return 0;
    }

    @Override
    public void prepare(MemorySegment floats, int rows, int inputs, MemorySegment prepared) {}

    @Override
    public void compute(
        Input input, Tensor weight, int from, int to, MemorySegment out, long stride) {
      NativeProducts.compute(level, phase, input, weight, from, to, input.floats(), out, stride);
    }
  }
}
