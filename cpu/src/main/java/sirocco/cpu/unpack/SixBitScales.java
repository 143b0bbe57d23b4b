package sirocco.cpu.unpack;

import java.lang.foreign.MemorySegment;
import sirocco.tensor.Tensor;

/// The 12 bytes with eight 6-bit scales and eight 6-bit minima of Q4_K and Q5_K: number 0 to 3 of
/// the scales in the low six bits of bytes 0 to 3, of the minima in those of bytes 4 to 7; byte 8 +
/// j has the low nibbles of scale and minimum 4 + j, whose upper two bits top bytes j and 4 + j.
/// Four bytes are taken apart at once.
final class SixBitScales {
  private static final int SIX = 0x3F3F3F3F;
  private static final int NIBBLES = 0x0F0F0F0F;
  private static final int UPPER = 0x30303030;

  private SixBitScales() {}

  /// The scales, a byte each.
  static long scales(MemorySegment source, long at) {
    int first = source.get(Tensor.INT, at);
    int rest = source.get(Tensor.INT, at + 8);
    return join(first & SIX, (rest & NIBBLES) | ((first >>> 2) & UPPER));
  }

  /// The minima, a byte each.
  static long mins(MemorySegment source, long at) {
    int first = source.get(Tensor.INT, at + 4);
    int rest = source.get(Tensor.INT, at + 8);
    return join(first & SIX, ((rest >>> 4) & NIBBLES) | ((first >>> 2) & UPPER));
  }

  static long join(int low, int high) {
    return (low & 0xFFFFFFFFL) | ((long) high << 32);
  }

  /// Byte j, at most 127.
  static int get(long bytes, int j) {
    return (int) (bytes >>> (8 * j)) & 127;
  }
}
