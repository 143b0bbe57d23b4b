package sirocco.cpu.rows;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static sirocco.cpu.rows.Lanes.FLOATS;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

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
    FloatVector secondLow = Lanes.zero();
    FloatVector secondHigh = Lanes.zero();
    FloatVector thirdLow = Lanes.zero();
    FloatVector thirdHigh = Lanes.zero();
    for (int b = 0; b < blocks; b++) {
      long block = at + (long) b * BYTES;
      float d = Lanes.half(weights, block + D);
      float e = Lanes.half(weights, block + E);
      Scales.nibbles(weights, block, d, e, scales);
      for (int i = 0; i < 64; i += Lanes.COUNT) {
        int place = i & 31;
        int half = i >> 5;
        IntVector pairs = Lanes.bytes(weights, block + LEVELS + i);
        int scale = half * 8 + (place >> 4);
        long from = ((long) b * NUMBERS + half * 128L + place) * Float.BYTES;
        FloatVector w0 =
            ((FloatVector) pairs.and(3).convert(I2F, 0))
                .fma(broadcast(FLOATS, scales[scale]), broadcast(FLOATS, scales[scale + 16]));
        FloatVector w1 =
            ((FloatVector) pairs.lanewise(LSHR, 2).and(3).convert(I2F, 0))
                .fma(broadcast(FLOATS, scales[scale + 2]), broadcast(FLOATS, scales[scale + 18]));
        FloatVector w2 =
            ((FloatVector) pairs.lanewise(LSHR, 4).and(3).convert(I2F, 0))
                .fma(broadcast(FLOATS, scales[scale + 4]), broadcast(FLOATS, scales[scale + 20]));
        FloatVector w3 =
            ((FloatVector) pairs.lanewise(LSHR, 6).and(3).convert(I2F, 0))
                .fma(broadcast(FLOATS, scales[scale + 6]), broadcast(FLOATS, scales[scale + 22]));
        lowSum = w0.fma(fromMemorySegment(FLOATS, x, from, LITTLE_ENDIAN), lowSum);
        highSum = w1.fma(fromMemorySegment(FLOATS, x, from + 128, LITTLE_ENDIAN), highSum);
        lowSum = w2.fma(fromMemorySegment(FLOATS, x, from + 256, LITTLE_ENDIAN), lowSum);
        highSum = w3.fma(fromMemorySegment(FLOATS, x, from + 384, LITTLE_ENDIAN), highSum);
        if (second > 0) {
          secondLow = w0.fma(fromMemorySegment(FLOATS, x, second + from, LITTLE_ENDIAN), secondLow);
          secondHigh =
              w1.fma(fromMemorySegment(FLOATS, x, second + from + 128, LITTLE_ENDIAN), secondHigh);
          secondLow =
              w2.fma(fromMemorySegment(FLOATS, x, second + from + 256, LITTLE_ENDIAN), secondLow);
          secondHigh =
              w3.fma(fromMemorySegment(FLOATS, x, second + from + 384, LITTLE_ENDIAN), secondHigh);
          thirdLow = w0.fma(fromMemorySegment(FLOATS, x, third + from, LITTLE_ENDIAN), thirdLow);
          thirdHigh =
              w1.fma(fromMemorySegment(FLOATS, x, third + from + 128, LITTLE_ENDIAN), thirdHigh);
          thirdLow =
              w2.fma(fromMemorySegment(FLOATS, x, third + from + 256, LITTLE_ENDIAN), thirdLow);
          thirdHigh =
              w3.fma(fromMemorySegment(FLOATS, x, third + from + 384, LITTLE_ENDIAN), thirdHigh);
        }
      }
    }
    lowSum.add(highSum).intoArray(rows.sums, 0);
    secondLow.add(secondHigh).intoArray(rows.sums, Lanes.COUNT);
    thirdLow.add(thirdHigh).intoArray(rows.sums, 2 * Lanes.COUNT);
    rows.write(output);
  }
}
