package sirocco.cpu.rows;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static sirocco.cpu.rows.Lanes.FLOATS;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// `d q`.
record Q8_0() implements RowKernel {
  private static final int NUMBERS = 32;
  private static final int BYTES = 34;
  private static final int LEVELS = 2;

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
      for (int i = 0; i < 16; i += Lanes.COUNT) {
        FloatVector low = Lanes.scaled(Lanes.signedBytes(weights, block + LEVELS + i), step);
        FloatVector high = Lanes.scaled(Lanes.signedBytes(weights, block + LEVELS + 16 + i), step);
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
