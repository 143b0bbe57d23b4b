package sirocco.cpu.unpack;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/// The 16 uneven levels of the IQ4 types, ggml's `kvalues_iq4nl`. Always 16 bytes at once, as a
/// table must fit a vector of its indices.
final class Codebook {
  private static final int NIBBLES = 0x0F0F0F0F;

  private static final ByteVector LEVELS =
      ByteVector.fromArray(
          ByteVector.SPECIES_128,
          new byte[] {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113},
          0);

  private Codebook() {}

  /// 32 numbers of 16 bytes: numbers 0 to 15 low, 16 to 31 high.
  static void scaled(MemorySegment source, long offset, float step, float[] target, int at) {
    for (int half = 0; half < 2; half++) {
      IntVector pairs =
          IntVector.fromMemorySegment(
              IntVector.SPECIES_128, source, offset, ByteOrder.LITTLE_ENDIAN);
      IntVector levels = pairs.lanewise(VectorOperators.LSHR, 4 * half).and(NIBBLES);
      store(levels.reinterpretAsBytes().selectFrom(LEVELS), step, target, at + 16 * half);
    }
  }

  private static void store(ByteVector q, float step, float[] target, int at) {
    floats(q, 0).mul(step).intoArray(target, at);
    if (Lanes.LENGTH <= 8) {
      floats(q, 1).mul(step).intoArray(target, at + Lanes.LENGTH);
    }
    if (Lanes.LENGTH <= 4) {
      floats(q, 2).mul(step).intoArray(target, at + 2 * Lanes.LENGTH);
      floats(q, 3).mul(step).intoArray(target, at + 3 * Lanes.LENGTH);
    }
  }

  private static FloatVector floats(ByteVector q, int part) {
    return (FloatVector) q.convertShape(VectorOperators.B2F, Lanes.FLOATS, part);
  }
}
