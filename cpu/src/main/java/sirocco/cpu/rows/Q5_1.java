package sirocco.cpu.rows;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static sirocco.cpu.rows.Lanes.FLOATS;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import sirocco.tensor.Tensor;

/// `d q + m`.
record Q5_1() implements RowKernel {
  private static final int NUMBERS = 32;
  private static final int BYTES = 24;
  private static final int FIFTHS = 4;
  private static final int PAIRS = 8;

  @Override
  public void row(Rows rows, MemorySegment weights, long at, int output) {
    MemorySegment x = rows.x;
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
      FloatVector step = broadcast(FLOATS, Lanes.half(weights, block));
      FloatVector offset = broadcast(FLOATS, Lanes.half(weights, block + 2));
      int fifths = weights.get(Tensor.INT, block + FIFTHS);
      for (int i = 0; i < 16; i += Lanes.COUNT) {
        IntVector pairs = Lanes.bytes(weights, block + PAIRS + i);
        // bit i of the fifth bits and bit i + 16 come to bit 4 of lane 0
        IntVector lowFifth = Lanes.bits((fifths & 0xFFFF) << 4 >>> i).and(16);
        IntVector highFifth = Lanes.bits(fifths >>> 12 >>> i).and(16);
        FloatVector low = Lanes.affine(pairs.and(15).or(lowFifth), step, offset);
        FloatVector high = Lanes.affine(pairs.lanewise(LSHR, 4).or(highFifth), step, offset);
        long from = ((long) b * NUMBERS + i) * Float.BYTES;
        long next = from + 16 * Float.BYTES;
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
