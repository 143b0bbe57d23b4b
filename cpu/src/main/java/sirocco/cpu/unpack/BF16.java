package sirocco.cpu.unpack;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import sirocco.tensor.Tensor;

/// bfloat16, the upper half of a float32.
final class BF16 {
  private static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, Lanes.FLOATS.vectorShape());
  private static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(Lanes.FLOATS.vectorBitSize() / 2));

  private BF16() {}

  static void unpack(
      MemorySegment source, long offset, float[] target, int targetOffset, int count) {
    int whole = INTS.loopBound(count);
    for (int i = 0; i < whole; i += Lanes.LENGTH) {
      ShortVector upper =
          ShortVector.fromMemorySegment(SHORTS, source, offset + 2L * i, ByteOrder.LITTLE_ENDIAN);
      IntVector bits = (IntVector) upper.convertShape(VectorOperators.S2I, INTS, 0);
      bits.lanewise(VectorOperators.LSHL, 16)
          .reinterpretAsFloats()
          .intoArray(target, targetOffset + i);
    }
    for (int i = whole; i < count; i++) {
      int bits = source.get(Tensor.SHORT, offset + 2L * i) << 16;
      target[targetOffset + i] = Float.intBitsToFloat(bits);
    }
  }
}
