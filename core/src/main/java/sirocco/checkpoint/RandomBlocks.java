package sirocco.checkpoint;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import sirocco.tensor.DType;
import sirocco.tensor.quant.Formats;

/// Random weights of one type, made as fast as memory is written: some blocks are encoded once, and
/// runs of them are copied from random places.
///
/// @param dtype the type of the blocks
/// @param blocks encoded numbers, about normal with mean 0
record RandomBlocks(DType dtype, MemorySegment blocks) {
  /// Numbers that are encoded.
  private static final int NUMBERS = 1 << 17;

  /// Bytes copied at a stretch, about: shorter than a matrix's row, so that hardly two rows are
  /// equal.
  private static final int RUN_BYTES = 1024;

  /// @param deviation standard deviation of the numbers
  /// @param arena owns the blocks
  static RandomBlocks of(DType dtype, double deviation, SplittableRandom random, Arena arena) {
    float[] numbers = new float[NUMBERS];
    for (int i = 0; i < NUMBERS; i++) {
      numbers[i] = (float) (deviation * random.nextGaussian());
    }
    MemorySegment blocks = arena.allocate(dtype.bytes(NUMBERS), 64);
    Formats.of(dtype).encode(numbers, 0, blocks, 0, NUMBERS);
    return new RandomBlocks(dtype, blocks);
  }

  /// Fills whole blocks.
  void fill(MemorySegment target, SplittableRandom random) {
    long block = dtype.blockBytes();
    // odd, so that runs do not begin where rows do
    long run = RUN_BYTES / block | 1;
    long starts = blocks.byteSize() / block - run + 1;
    for (long at = 0; at < target.byteSize(); at += run * block) {
      long bytes = Math.min(run * block, target.byteSize() - at);
      MemorySegment.copy(blocks, random.nextLong(starts) * block, target, at, bytes);
    }
  }
}
