package sirocco.cpu.rows;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import sirocco.tensor.Tensor;

/// Vectors of float32 and of int32, as many lanes as the processor has, and how they are loaded.
final class Lanes {
  static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;

  /// 4, 8 or 16.
  static final int COUNT = FLOATS.length();

  /// Whether 16 numbers fit one vector, as a table.
  static final boolean TABLES = COUNT == 16;

  /// 0, 1, 2, ...
  static final IntVector INDEX = IntVector.zero(INTS).addIndex(1);

  private static final FloatVector LEVELS = (FloatVector) INDEX.convert(VectorOperators.I2F, 0);

  /// What brings byte k of a word to the front or the back of lane k.
  private static final IntVector TO_FRONT = INDEX.and(3).mul(Byte.SIZE);

  static final IntVector TO_BACK = IntVector.broadcast(INTS, 24).sub(TO_FRONT);

  private static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(COUNT * Short.SIZE));

  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private Lanes() {}

  /// Where sums start. No constant: a sum that starts with one is boxed at every step.
  static FloatVector zero() {
    return FloatVector.zero(FLOATS);
  }

  static FloatVector floats(MemorySegment from, long at) {
    return FloatVector.fromMemorySegment(FLOATS, from, at, ByteOrder.LITTLE_ENDIAN);
  }

  static FloatVector broadcast(float value) {
    return FloatVector.broadcast(FLOATS, value);
  }

  static float half(MemorySegment from, long at) {
    return Float.float16ToFloat(from.get(Tensor.SHORT, at));
  }

  /// Bytes as numbers from 0 to 255.
  static IntVector bytes(MemorySegment from, long at) {
    if (COUNT == 4) { // vectors of four bytes do not exist
      return IntVector.broadcast(INTS, from.get(Tensor.INT, at))
          .lanewise(VectorOperators.LSHR, TO_FRONT)
          .and(255);
    }
    var species = COUNT == 16 ? ByteVector.SPECIES_128 : ByteVector.SPECIES_64;
    return (IntVector)
        ByteVector.fromMemorySegment(species, from, at, ByteOrder.LITTLE_ENDIAN)
            .convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
  }

  /// Bytes as numbers from -128 to 127.
  static IntVector signedBytes(MemorySegment from, long at) {
    if (COUNT == 4) {
      return IntVector.broadcast(INTS, from.get(Tensor.INT, at))
          .lanewise(VectorOperators.LSHL, TO_BACK)
          .lanewise(VectorOperators.ASHR, 24);
    }
    var species = COUNT == 16 ? ByteVector.SPECIES_128 : ByteVector.SPECIES_64;
    return (IntVector)
        ByteVector.fromMemorySegment(species, from, at, ByteOrder.LITTLE_ENDIAN)
            .convertShape(VectorOperators.B2I, INTS, 0);
  }

  /// As the other, from an array.
  static IntVector signedBytes(byte[] from, int at) {
    if (COUNT == 4) {
      return IntVector.broadcast(INTS, (int) WORD.get(from, at))
          .lanewise(VectorOperators.LSHL, TO_BACK)
          .lanewise(VectorOperators.ASHR, 24);
    }
    var species = COUNT == 16 ? ByteVector.SPECIES_128 : ByteVector.SPECIES_64;
    return (IntVector)
        ByteVector.fromArray(species, from, at).convertShape(VectorOperators.B2I, INTS, 0);
  }

  /// Bit i in the lowest bit of lane i; what is above are the bits that follow.
  static IntVector bits(int bits) {
    return IntVector.broadcast(INTS, bits).lanewise(VectorOperators.LSHR, INDEX);
  }

  /// Shorts as numbers; what is above their 16 bits is their sign.
  static IntVector shorts(MemorySegment from, long at) {
    return (IntVector)
        ShortVector.fromMemorySegment(SHORTS, from, at, ByteOrder.LITTLE_ENDIAN)
            .convertShape(VectorOperators.S2I, INTS, 0);
  }

  /// `step q` for whole numbers q.
  static FloatVector scaled(IntVector q, FloatVector step) {
    return ((FloatVector) q.convert(VectorOperators.I2F, 0)).mul(step);
  }

  /// `step q + offset` for whole numbers q.
  static FloatVector affine(IntVector q, FloatVector step, FloatVector offset) {
    return ((FloatVector) q.convert(VectorOperators.I2F, 0)).fma(step, offset);
  }

  /// `step (q mod 16) + offset`.
  static FloatVector nibble(IntVector q, FloatVector step, FloatVector offset) {
    if (TABLES) { // the compiler makes the table once for all that share step and offset
      return q.selectFrom(LEVELS.fma(step, offset).reinterpretAsInts()).reinterpretAsFloats();
    }
    return affine(q.and(15), step, offset);
  }
}
