package sirocco.cpu.rows;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static sirocco.cpu.rows.Lanes.FLOATS;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import sirocco.tensor.Tensor;

/// Halves, converted a chunk at a time: the compiler turns that plain loop into the processor's own
/// conversion, which the Vector API lacks and bit arithmetic cannot match.
record F16() implements RowKernel {
  private static final int STEP = 2 * Lanes.COUNT;

  @Override
  public void row(Rows rows, MemorySegment weights, long at, int output) {
    MemorySegment x = rows.x;
    float[] chunk = rows.numbers;
    long second = rows.second;
    long third = rows.third;
    FloatVector lowSum = Lanes.zero();
    FloatVector highSum = Lanes.zero();
    FloatVector secondLow = Lanes.zero();
    FloatVector secondHigh = Lanes.zero();
    FloatVector thirdLow = Lanes.zero();
    FloatVector thirdHigh = Lanes.zero();
    float first = 0; // what is over at the end of the row
    float other = 0;
    float last = 0;
    for (int start = 0; start < rows.inputs; start += Rows.CHUNK) {
      int count = Math.min(Rows.CHUNK, rows.inputs - start);
      convert(weights, at + (long) start * Short.BYTES, chunk, count);
      int whole = count / STEP * STEP;
      for (int i = 0; i < whole; i += STEP) {
        FloatVector low = FloatVector.fromArray(Lanes.FLOATS, chunk, i);
        FloatVector high = FloatVector.fromArray(Lanes.FLOATS, chunk, i + Lanes.COUNT);
        long from = (long) (start + i) * Float.BYTES;
        long next = from + (long) Lanes.COUNT * Float.BYTES;
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
      for (int i = whole; i < count; i++) { // only in the last chunk
        first += chunk[i] * rows.number(0, start + i);
        other += chunk[i] * rows.number(second, start + i);
        last += chunk[i] * rows.number(third, start + i);
      }
    }
    lowSum.add(highSum).intoArray(rows.sums, 0);
    secondLow.add(secondHigh).intoArray(rows.sums, Lanes.COUNT);
    thirdLow.add(thirdHigh).intoArray(rows.sums, 2 * Lanes.COUNT);
    rows.write(output, first, other, last);
  }

  private static void convert(MemorySegment weights, long at, float[] to, int count) {
    for (int i = 0; i < count; i++) {
      to[i] = Float.float16ToFloat(weights.get(Tensor.SHORT, at + (long) i * Short.BYTES));
    }
  }
}
