package sirocco.cpu.rows;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static sirocco.cpu.rows.Lanes.FLOATS;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/// `d s q - e m`.
record Q2_K() implements RowKernel {
  private static final int NUMBERS = 256;
  private static final int BYTES = 84;
  private static final int LEVELS = 16;
  private static final int D = 80;
  private static final int E = 82;

  @Override
  public void row(Rows rows, MemorySegment weights, long at, int output) {
    MemorySegment x = rows.x;
    float[] scales = rows.numbers;
    long second = rows.second;
    long third = rows.third;
    int blocks = rows.inputs / NUMBERS;
    FloatVector lowSum = Lanes.zero();
    FloatVector highSum = Lanes.zero();
    FloatVector secondSum = Lanes.zero();
    FloatVector thirdSum = Lanes.zero();
    for (int b = 0; b < blocks; b++) {
      long block = at + (long) b * BYTES;
      float d = Lanes.half(weights, block + D);
      float e = Lanes.half(weights, block + E);
      Scales.nibbles(weights, block, d, e, scales);
      for (int i = 0; i < 128; i += Lanes.COUNT) {
        int place = i & 63; // of 64: two halves of the block
        int half = place >> 5;
        int shift = i >> 6 << 2; // lower pairs of levels first, then upper ones
        IntVector pairs =
            Lanes.bytes(weights, block + LEVELS + place).lanewise(VectorOperators.LSHR, shift);
        int scale = half * 8 + shift + ((place & 31) >> 4);
        FloatVector low =
            ((FloatVector) pairs.and(3).convert(VectorOperators.I2F, 0))
                .fma(
                    FloatVector.broadcast(FLOATS, scales[scale]),
                    FloatVector.broadcast(FLOATS, scales[scale + 16]));
        FloatVector high =
            ((FloatVector)
                    pairs.lanewise(VectorOperators.LSHR, 2).and(3).convert(VectorOperators.I2F, 0))
                .fma(
                    FloatVector.broadcast(FLOATS, scales[scale + 2]),
                    FloatVector.broadcast(FLOATS, scales[scale + 18]));
        long from = ((long) b * NUMBERS + half * 128 + shift * 16 + (place & 31)) * Float.BYTES;
        long next = from + 32 * Float.BYTES;
        lowSum = low.fma(FloatVector.fromMemorySegment(FLOATS, x, from, LITTLE_ENDIAN), lowSum);
        highSum = high.fma(FloatVector.fromMemorySegment(FLOATS, x, next, LITTLE_ENDIAN), highSum);
        if (second > 0) {
          secondSum =
              low.fma(
                  FloatVector.fromMemorySegment(FLOATS, x, second + from, LITTLE_ENDIAN),
                  secondSum);
          secondSum =
              high.fma(
                  FloatVector.fromMemorySegment(FLOATS, x, second + next, LITTLE_ENDIAN),
                  secondSum);
          thirdSum =
              low.fma(
                  FloatVector.fromMemorySegment(FLOATS, x, third + from, LITTLE_ENDIAN), thirdSum);
          thirdSum =
              high.fma(
                  FloatVector.fromMemorySegment(FLOATS, x, third + next, LITTLE_ENDIAN), thirdSum);
        }
      }
    }
    rows.write(
        output,
        lowSum.add(highSum).reduceLanes(VectorOperators.ADD),
        secondSum.reduceLanes(VectorOperators.ADD),
        thirdSum.reduceLanes(VectorOperators.ADD));
  }
}
