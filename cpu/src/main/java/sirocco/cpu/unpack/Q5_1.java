package sirocco.cpu.unpack;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import sirocco.tensor.Tensor;

/// `x = d q + m`: halves d and m, then fifth bits and nibbles as in [Q5_0].
final class Q5_1 {
  private static final int NUMBERS = 32;
  private static final int BYTES = 24;
  private static final int NIBBLES = 0x0F0F0F0F;
  private static final byte FIFTH = 16;

  private Q5_1() {}

  static void unpack(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    for (int b = 0; b < count / NUMBERS; b++) {
      long at = offset + (long) b * BYTES;
      int to = targetOffset + b * NUMBERS;
      float d = Lanes.half(source, at);
      float m = Lanes.half(source, at + 2);
      int fifths = source.get(Tensor.INT, at + 4);
      for (int i = 0; i < 16; i += Lanes.STEP) {
        IntVector pairs = Lanes.bits(source, at + 8 + i);
        ByteVector low = pairs.and(NIBBLES).reinterpretAsBytes();
        ByteVector high = pairs.lanewise(VectorOperators.LSHR, 4).and(NIBBLES).reinterpretAsBytes();
        Lanes.affine(low.add(FIFTH, Lanes.mask(fifths >>> i)), d, -m, target, to + i);
        Lanes.affine(high.add(FIFTH, Lanes.mask(fifths >>> (16 + i))), d, -m, target, to + 16 + i);
      }
    }
  }
}
