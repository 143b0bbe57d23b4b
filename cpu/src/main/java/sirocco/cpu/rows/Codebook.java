package sirocco.cpu.rows;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/// The 16 uneven levels of the IQ4 types. With 512 bits they are a table in a register; with less
/// they are looked up as bytes, 16 at a time, which vectors of 128 bits can.
final class Codebook {
  private static final byte[] VALUES = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
  };

  private static final ByteVector BYTES = ByteVector.fromArray(ByteVector.SPECIES_128, VALUES, 0);

  /// The values, over and over.
  private static final FloatVector TABLE = table();

  private Codebook() {}

  private static FloatVector table() {
    float[] table = new float[Lanes.COUNT];
    for (int i = 0; i < table.length; i++) {
      table[i] = VALUES[i % VALUES.length];
    }
    return FloatVector.fromArray(Lanes.FLOATS, table, 0);
  }

  /// Looks up the values of 16 bytes: those of the low nibbles first. Does nothing where [#low] and
  /// [#high] do not need it.
  static void lookUp(MemorySegment weights, long at, byte[] values) {
    if (!Lanes.TABLES) {
      ByteVector pairs =
          ByteVector.fromMemorySegment(
              ByteVector.SPECIES_128, weights, at, ByteOrder.LITTLE_ENDIAN);
      pairs.and((byte) 15).selectFrom(BYTES).intoArray(values, 0);
      pairs.lanewise(VectorOperators.LSHR, 4).selectFrom(BYTES).intoArray(values, 16);
    }
  }

  /// The weights in the low nibbles of the bytes at this offset, or of values from `i`.
  static FloatVector low(MemorySegment weights, long at, byte[] values, int i, FloatVector step) {
    if (Lanes.TABLES) {
      return choose(Lanes.bytes(weights, at), step);
    }
    return Lanes.scaled(Lanes.signedBytes(values, i), step);
  }

  /// The weights in the high nibbles.
  static FloatVector high(MemorySegment weights, long at, byte[] values, int i, FloatVector step) {
    if (Lanes.TABLES) {
      return choose(Lanes.bytes(weights, at).lanewise(VectorOperators.LSHR, 4), step);
    }
    return Lanes.scaled(Lanes.signedBytes(values, 16 + i), step);
  }

  private static FloatVector choose(IntVector q, FloatVector step) {
    return q.selectFrom(TABLE.mul(step).reinterpretAsInts()).reinterpretAsFloats();
  }
}
