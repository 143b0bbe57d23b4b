package sirocco.cpu.unpack;

import java.lang.foreign.MemorySegment;

/// `x = d c[q]`: half d, nibbles as in [Q4_0] on the uneven levels of [Codebook].
final class IQ4_NL {
  private static final int NUMBERS = 32;
  private static final int BYTES = 18;

  private IQ4_NL() {}

  static void unpack(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    for (int b = 0; b < count / NUMBERS; b++) {
      long at = offset + (long) b * BYTES;
      Codebook.scaled(source, at + 2, Lanes.half(source, at), target, targetOffset + b * NUMBERS);
    }
  }
}
