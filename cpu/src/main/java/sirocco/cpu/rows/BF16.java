package sirocco.cpu.rows;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static sirocco.cpu.rows.Lanes.FLOATS;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import sirocco.tensor.Tensor;

/// The upper half of a float32.
record BF16() implements RowKernel {
  private static final int STEP = 2 * Lanes.COUNT;

  @Override
  public void row(Rows rows, MemorySegment weights, long at, int output) {
    MemorySegment x = rows.x;
    long second = rows.second;
    long third = rows.third;
    int whole = rows.inputs / STEP * STEP;
    FloatVector lowSum = Lanes.zero();
    FloatVector highSum = Lanes.zero();
    FloatVector secondLow = Lanes.zero();
    FloatVector secondHigh = Lanes.zero();
    FloatVector thirdLow = Lanes.zero();
    FloatVector thirdHigh = Lanes.zero();
    for (int i = 0; i < whole; i += STEP) {
      FloatVector low = BF16.floats(weights, at + (long) i * Short.BYTES);
      FloatVector high = BF16.floats(weights, at + (long) (i + Lanes.COUNT) * Short.BYTES);
      long from = (long) i * Float.BYTES;
      long next = from + (long) Lanes.COUNT * Float.BYTES;
      lowSum = low.fma(fromMemorySegment(FLOATS, x, from, LITTLE_ENDIAN), lowSum);
      highSum = high.fma(fromMemorySegment(FLOATS, x, next, LITTLE_ENDIAN), highSum);
      if (second > 0) {
        secondLow = low.fma(fromMemorySegment(FLOATS, x, second + from, LITTLE_ENDIAN), secondLow);
        secondHigh =
            high.fma(fromMemorySegment(FLOATS, x, second + next, LITTLE_ENDIAN), secondHigh);
        thirdLow = low.fma(fromMemorySegment(FLOATS, x, third + from, LITTLE_ENDIAN), thirdLow);
        thirdHigh = high.fma(fromMemorySegment(FLOATS, x, third + next, LITTLE_ENDIAN), thirdHigh);
      }
    }
    lowSum.add(highSum).intoArray(rows.sums, 0);
    secondLow.add(secondHigh).intoArray(rows.sums, Lanes.COUNT);
    thirdLow.add(thirdHigh).intoArray(rows.sums, 2 * Lanes.COUNT);
    float first = 0; // what is over at the end of the row
    float other = 0;
    float last = 0;
    for (int i = whole; i < rows.inputs; i++) {
      float w = Float.intBitsToFloat(weights.get(Tensor.SHORT, at + (long) i * Short.BYTES) << 16);
      first += w * rows.number(0, i);
      other += w * rows.number(second, i);
      last += w * rows.number(third, i);
    }
    rows.write(output, first, other, last);
  }

  private static FloatVector floats(MemorySegment weights, long at) {
    return Lanes.shorts(weights, at).lanewise(LSHL, 16).reinterpretAsFloats();
  }
}
