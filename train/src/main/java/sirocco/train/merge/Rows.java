package sirocco.train.merge;

import java.lang.foreign.Arena;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import sirocco.tensor.DType;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;
import sirocco.tensor.quant.Format;
import sirocco.tensor.quant.Formats;

/// Weights row by row: read as float32, made from a rule on all cores.
final class Rows {
  private Rows() {}

  /// What a row of a new weight holds.
  @FunctionalInterface
  interface Rule {
    /// Fills a row.
    ///
    /// @param row its number
    /// @param values zeros
    void fill(long row, float[] values);
  }

  /// A new weight. Its memory is given back when nothing refers to it any more.
  ///
  /// @param dtype what each row is rounded to
  static Tensor make(DType dtype, Shape shape, Rule rule) {
    Tensor made = Tensor.allocate(dtype, shape, Arena.ofAuto());
    Format format = Formats.of(dtype);
    int columns = Math.toIntExact(made.columns());
    LongStream.range(0, made.rows())
        .parallel()
        .forEach(row -> {
          float[] values = new float[columns];
          rule.fill(row, values);
          format.encode(values, 0, made.data(), row * made.rowBytes(), columns);
        });
    return made;
  }

  /// Reads one row.
  static void read(Tensor source, long row, float[] values) {
    Formats.of(source.dtype())
        .decode(source.data(), row * source.rowBytes(), values, 0, values.length);
  }

  /// The standard deviation of all numbers of a weight.
  static double deviation(Tensor source) {
    double[] sums =
        LongStream.range(0, source.rows())
            .parallel()
            .mapToObj(row -> sums(source, row))
            .reduce(new double[2], (a, b) -> new double[] {a[0] + b[0], a[1] + b[1]});
    double count = (double) source.shape().elements();
    double mean = sums[0] / count;
    return Math.sqrt(Math.max(0, sums[1] / count - mean * mean));
  }

  /// The sum of a row and that of its squares.
  private static double[] sums(Tensor source, long row) {
    float[] values = new float[Math.toIntExact(source.columns())];
    read(source, row, values);
    double[] sums = new double[2];
    for (float value : values) {
      sums[0] += value;
      sums[1] += (double) value * value;
    }
    return sums;
  }

  /// Adds draws from N(0, deviation²) to a row.
  ///
  /// @param place what makes the draws of this row other than those of every other: the seed, then
  ///   where the row is
  static void addNoise(float[] values, double deviation, long... place) {
    long state = 0;
    for (long part : place) {
      state = new SplittableRandom(state + part).nextLong();
    }
    var random = new SplittableRandom(state);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (values[i] + deviation * random.nextGaussian());
    }
  }
}
