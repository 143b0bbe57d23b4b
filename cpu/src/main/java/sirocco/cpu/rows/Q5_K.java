package sirocco.cpu.rows;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static sirocco.cpu.rows.Lanes.FLOATS;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/// `d s q - e m`.
record Q5_K() implements RowKernel {
  private static final int NUMBERS = 256;
  private static final int BYTES = 176;
  private static final int FIFTHS = 16;
  private static final int PAIRS = 48;

  @Override
  public void row(Rows rows, MemorySegment weights, long at, int output) {
    MemorySegment x = rows.x;
    float[] scales = rows.numbers;
    long second = rows.second;
    long third = rows.third;
    int blocks = rows.inputs / NUMBERS;
    FloatVector lowSum = Lanes.zero();
    FloatVector highSum = Lanes.zero();
    FloatVector secondLow = Lanes.zero();
    FloatVector secondHigh = Lanes.zero();
    FloatVector thirdLow = Lanes.zero();
    FloatVector thirdHigh = Lanes.zero();
    for (int b = 0; b < blocks; b++) {
      long block = at + (long) b * BYTES;
      Scales.sixBit(weights, block, scales);
      for (int i = 0; i < 128; i += Lanes.COUNT) {
        int even = (i >> 5) * 2; // of the sub-blocks in the low nibbles
        IntVector pairs = Lanes.bytes(weights, block + PAIRS + i);
        IntVector fifths = Lanes.bytes(weights, block + FIFTHS + (i & 31)).lanewise(LSHR, even);
        FloatVector low =
            ((FloatVector) pairs.and(15).or(fifths.lanewise(LSHL, 4).and(16)).convert(I2F, 0))
                .fma(broadcast(FLOATS, scales[even]), broadcast(FLOATS, scales[8 + even]));
        FloatVector high =
            ((FloatVector)
                    pairs.lanewise(LSHR, 4).or(fifths.lanewise(LSHL, 3).and(16)).convert(I2F, 0))
                .fma(broadcast(FLOATS, scales[even + 1]), broadcast(FLOATS, scales[9 + even]));
        long from = ((long) b * NUMBERS + even * 32L + (i & 31)) * Float.BYTES;
        long next = from + 32 * Float.BYTES;
        lowSum = low.fma(fromMemorySegment(FLOATS, x, from, LITTLE_ENDIAN), lowSum);
        highSum = high.fma(fromMemorySegment(FLOATS, x, next, LITTLE_ENDIAN), highSum);
        if (second > 0) {
          secondLow =
              low.fma(fromMemorySegment(FLOATS, x, second + from, LITTLE_ENDIAN), secondLow);
          secondHigh =
              high.fma(fromMemorySegment(FLOATS, x, second + next, LITTLE_ENDIAN), secondHigh);
          thirdLow = low.fma(fromMemorySegment(FLOATS, x, third + from, LITTLE_ENDIAN), thirdLow);
          thirdHigh =
              high.fma(fromMemorySegment(FLOATS, x, third + next, LITTLE_ENDIAN), thirdHigh);
        }
      }
    }
    lowSum.add(highSum).intoArray(rows.sums, 0);
    secondLow.add(secondHigh).intoArray(rows.sums, Lanes.COUNT);
    thirdLow.add(thirdHigh).intoArray(rows.sums, 2 * Lanes.COUNT);
    rows.write(output);
  }
}
