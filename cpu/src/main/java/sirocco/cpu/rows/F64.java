package sirocco.cpu.rows;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import sirocco.tensor.Tensor;

/// Float64, rounded to float32 first as every reader of weights does.
record F64() implements RowKernel {
  private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;
  private static final int STEP = DOUBLES.length();

  /// As many numbers in half the space.
  private static final VectorSpecies<Float> FLOATS =
      VectorSpecies.of(float.class, VectorShape.forBitSize(STEP * Float.SIZE));

  @Override
  public void row(Rows rows, MemorySegment weights, long at, int output) {
    MemorySegment x = rows.x;
    long second = rows.second;
    long third = rows.third;
    int whole = rows.inputs / STEP * STEP;
    FloatVector firstSum = FloatVector.zero(FLOATS);
    FloatVector secondSum = firstSum;
    FloatVector thirdSum = firstSum;
    for (int i = 0; i < whole; i += STEP) {
      DoubleVector exact =
          DoubleVector.fromMemorySegment(
              DOUBLES, weights, at + (long) i * Double.BYTES, ByteOrder.LITTLE_ENDIAN);
      FloatVector w = (FloatVector) exact.convertShape(VectorOperators.D2F, FLOATS, 0);
      long from = (long) i * Float.BYTES;
      firstSum = w.fma(floats(x, from), firstSum);
      if (second > 0) {
        secondSum = w.fma(floats(x, second + from), secondSum);
        thirdSum = w.fma(floats(x, third + from), thirdSum);
      }
    }
    firstSum.intoArray(rows.sums, 0); // half of the lanes; the others stay zero
    secondSum.intoArray(rows.sums, Lanes.COUNT);
    thirdSum.intoArray(rows.sums, 2 * Lanes.COUNT);
    float first = 0; // what is over at the end of the row
    float other = 0;
    float last = 0;
    for (int i = whole; i < rows.inputs; i++) {
      float w = (float) weights.get(Tensor.DOUBLE, at + (long) i * Double.BYTES);
      first += w * rows.number(0, i);
      other += w * rows.number(second, i);
      last += w * rows.number(third, i);
    }
    rows.write(output, first, other, last);
  }

  private static FloatVector floats(MemorySegment from, long at) {
    return FloatVector.fromMemorySegment(FLOATS, from, at, ByteOrder.LITTLE_ENDIAN);
  }
}
