package sirocco.tensor.quant;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import sirocco.tensor.DType;

/// Numbers to blocks and back.
final class RoundTrip {
  private RoundTrip() {}

  /// The blocks of the numbers from `from` on, as many as fill whole blocks.
  static byte[] encode(DType dtype, float[] x, int from) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = arena.allocate(dtype.bytes(x.length - from));
      Formats.of(dtype).encode(x, from, segment, 0, x.length - from);
      return segment.toArray(ValueLayout.JAVA_BYTE);
    }
  }

  static float[] decode(DType dtype, byte[] blocks, int count) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = arena.allocateFrom(ValueLayout.JAVA_BYTE, blocks);
      float[] numbers = new float[count];
      Formats.of(dtype).decode(segment, 0, numbers, 0, count);
      return numbers;
    }
  }

  static double rmse(float[] x, float[] y) {
    double squares = 0;
    for (int i = 0; i < x.length; i++) {
      double error = (double) x[i] - y[i];
      squares += error * error;
    }
    return Math.sqrt(squares / x.length);
  }
}
