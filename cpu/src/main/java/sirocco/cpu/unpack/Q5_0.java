package sirocco.cpu.unpack;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import sirocco.tensor.Tensor;

/// `x = d (q - 16)`: half d, an int32 with the fifth bits, nibbles as in [Q4_0].
final class Q5_0 {
  private static final int NUMBERS = 32;
  private static final int BYTES = 22;
  private static final int NIBBLES = 0x0F0F0F0F;
  private static final byte FIFTH = 16;

  private Q5_0() {}

  static void unpack(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    for (int b = 0; b < count / NUMBERS; b++) {
      long at = offset + (long) b * BYTES;
      int to = targetOffset + b * NUMBERS;
      float d = Lanes.half(source, at);
      int fifths = source.get(Tensor.INT, at + 2);
      for (int i = 0; i < 16; i += Lanes.STEP) {
        IntVector pairs = Lanes.bits(source, at + 6 + i);
        ByteVector low = pairs.and(NIBBLES).reinterpretAsBytes().sub((byte) 16);
        ByteVector high =
            pairs
                .lanewise(VectorOperators.LSHR, 4)
                .and(NIBBLES)
                .reinterpretAsBytes()
                .sub((byte) 16);
        Lanes.scaled(low.add(FIFTH, Lanes.mask(fifths >>> i)), d, target, to + i);
        Lanes.scaled(high.add(FIFTH, Lanes.mask(fifths >>> (16 + i))), d, target, to + 16 + i);
      }
    }
  }
}
