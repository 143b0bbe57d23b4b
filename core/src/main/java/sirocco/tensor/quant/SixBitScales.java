package sirocco.tensor.quant;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/// The 12 bytes that hold eight 6-bit scales and eight 6-bit minima in Q4_K and Q5_K: bytes 0 to 3
/// are scales 0 to 3, bytes 4 to 7 minima 0 to 3, in their low six bits; byte 8 + j holds the low
/// nibbles of scale and minimum 4 + j, whose upper two bits top bytes j and 4 + j.
final class SixBitScales {
  private SixBitScales() {}

  static int scale(MemorySegment source, long at, int j) {
    if (j < 4) {
      return source.get(JAVA_BYTE, at + j) & 63;
    }
    int low = source.get(JAVA_BYTE, at + j + 4) & 15;
    return low | ((source.get(JAVA_BYTE, at + j - 4) & 0xC0) >> 2);
  }

  static int min(MemorySegment source, long at, int j) {
    if (j < 4) {
      return source.get(JAVA_BYTE, at + j + 4) & 63;
    }
    int low = (source.get(JAVA_BYTE, at + j + 4) >> 4) & 15;
    return low | ((source.get(JAVA_BYTE, at + j) & 0xC0) >> 2);
  }

  static void write(int[] scales, int[] mins, MemorySegment target, long at) {
    for (int j = 0; j < 4; j++) {
      int scale = scales[j] | ((scales[j + 4] >> 4) << 6);
      int min = mins[j] | ((mins[j + 4] >> 4) << 6);
      int low = (scales[j + 4] & 15) | ((mins[j + 4] & 15) << 4);
      target.set(JAVA_BYTE, at + j, (byte) scale);
      target.set(JAVA_BYTE, at + j + 4, (byte) min);
      target.set(JAVA_BYTE, at + j + 8, (byte) low);
    }
  }
}
