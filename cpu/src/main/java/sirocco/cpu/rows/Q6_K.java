package sirocco.cpu.rows;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static sirocco.cpu.rows.Lanes.FLOATS;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/// `d s (q - 32)` as `d s q - 32 d s`.
record Q6_K() implements RowKernel {
  private static final int NUMBERS = 256;
  private static final int BYTES = 210;
  private static final int UPPER = 128;
  private static final int SCALES = 192;
  private static final int D = 208;

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
      Scales.bytes(weights, block + SCALES, Lanes.half(weights, block + D), scales);
      for (int i = 0; i < 128; i += Lanes.COUNT) {
        int place = i & 63; // of 64: two halves of the block
        int half = place >> 5;
        int shift = i >> 6 << 2; // low nibbles first, then high ones
        long nibbles = block + half * 64 + (place & 31);
        IntVector upper =
            Lanes.bytes(weights, block + UPPER + place).lanewise(VectorOperators.LSHR, shift);
        IntVector lowNibbles = Lanes.bytes(weights, nibbles).lanewise(VectorOperators.LSHR, shift);
        IntVector highNibbles =
            Lanes.bytes(weights, nibbles + 32).lanewise(VectorOperators.LSHR, shift);
        int scale = half * 8 + shift + ((place & 31) >> 4);
        FloatVector low =
            ((FloatVector)
                    lowNibbles
                        .and(15)
                        .or(upper.lanewise(VectorOperators.LSHL, 4).and(48))
                        .convert(VectorOperators.I2F, 0))
                .fma(
                    FloatVector.broadcast(FLOATS, scales[scale]),
                    FloatVector.broadcast(FLOATS, scales[scale + 16]));
        FloatVector high =
            ((FloatVector)
                    highNibbles
                        .and(15)
                        .or(upper.lanewise(VectorOperators.LSHL, 2).and(48))
                        .convert(VectorOperators.I2F, 0))
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
