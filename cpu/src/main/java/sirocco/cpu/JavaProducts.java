package sirocco.cpu;

import java.lang.foreign.MemorySegment;
import sirocco.tensor.Kernels.Phase;
import sirocco.tensor.Tensor;

/// Products on the Vector API: prompts by [TileProducts], steps by [RowProducts].
record JavaProducts(Phase phase) implements Products {
  @Override
  public boolean takes(Tensor weight) {
    return true;
  }

  @Override
  public long preparedBytes(int rows, int inputs) {
    return phase == Phase.STEP ? 0 : TileProducts.preparedBytes(rows, inputs);
  }

  @Override
  public void prepare(MemorySegment floats, int rows, int inputs, MemorySegment prepared) {
    if (phase == Phase.PROMPT) {
      TileProducts.prepare(floats, rows, inputs, prepared);
    }
  }

  @Override
  public void compute(
      Input input, Tensor weight, int from, int to, MemorySegment out, long stride) {
    switch (phase) {
      case PROMPT -> TileProducts.compute(input, weight, from, to, out, stride);
      case STEP -> RowProducts.compute(input, weight, from, to, out, stride);
    }
  }
}
