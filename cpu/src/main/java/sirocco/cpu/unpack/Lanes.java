package sirocco.cpu.unpack;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import sirocco.tensor.Tensor;

/// What the formats share: the widths of vectors, and levels of a byte each becoming numbers.
final class Lanes {
  /// As wide as the processor's vectors.
  static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;

  static final int LENGTH = FLOATS.length();

  /// Bytes that become one vector of floats; two on 128 bits, as no vector has four bytes.
  static final VectorSpecies<Byte> BYTES =
      LENGTH >= 16 ? ByteVector.SPECIES_128 : ByteVector.SPECIES_64;

  /// Levels that are handled at once: 16 or 8.
  static final int STEP = BYTES.length();

  private static final VectorSpecies<Integer> BITS =
      LENGTH >= 16 ? IntVector.SPECIES_128 : IntVector.SPECIES_64;

  private static final boolean HALVED = STEP > LENGTH;

  private Lanes() {}

  /// The half at this offset.
  static float half(MemorySegment source, long offset) {
    return Float.float16ToFloat(source.get(Tensor.SHORT, offset));
  }

  /// The next [#STEP] bytes.
  static ByteVector bytes(MemorySegment source, long offset) {
    return ByteVector.fromMemorySegment(BYTES, source, offset, ByteOrder.LITTLE_ENDIAN);
  }

  /// The next [#STEP] bytes, to be shifted: the processor shifts no bytes. What then comes in from
  /// a neighbour has to be masked away.
  static IntVector bits(MemorySegment source, long offset) {
    return IntVector.fromMemorySegment(BITS, source, offset, ByteOrder.LITTLE_ENDIAN);
  }

  /// A lane for each of the lowest bits.
  static VectorMask<Byte> mask(int bits) {
    return VectorMask.fromLong(BYTES, bits & ((1 << STEP) - 1));
  }

  /// `step q`.
  static void scaled(ByteVector q, float step, float[] target, int at) {
    floats(q, 0).mul(step).intoArray(target, at);
    if (HALVED) {
      floats(q, 1).mul(step).intoArray(target, at + LENGTH);
    }
  }

  /// `step q - depth`, rounded twice.
  static void affine(ByteVector q, float step, float depth, float[] target, int at) {
    floats(q, 0).mul(step).sub(depth).intoArray(target, at);
    if (HALVED) {
      floats(q, 1).mul(step).sub(depth).intoArray(target, at + LENGTH);
    }
  }

  private static FloatVector floats(ByteVector q, int part) {
    return (FloatVector) q.convertShape(VectorOperators.B2F, FLOATS, part);
  }
}
