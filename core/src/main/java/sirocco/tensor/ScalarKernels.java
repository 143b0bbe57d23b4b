package sirocco.tensor;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.IntStream;
import sirocco.tensor.quant.Format;
import sirocco.tensor.quant.Formats;

/// The kernels in plain Java: the specification that every other backend is held to. Sums run in
/// index order in float32, whatever the number of rows; threads share outputs, never a sum.
final class ScalarKernels implements Kernels {
  /// Weight rows decoded together: so many independent sums hide the latency of an addition.
  private static final int ROWS = 8;

  /// Activation rows beside each other in the innermost loop, which C2 turns into vectors.
  private static final int COLUMNS = 128;

  /// From here on a transposed panel pays.
  private static final int PANEL_FROM = 16;

  /// The most numbers in a panel, whatever the width: 16 MiB.
  private static final long PANEL_NUMBERS = 1 << 22;

  /// Outputs that a thread computes at a stretch.
  private static final int OUTPUTS = 128;

  /// Multiplications from which on more threads pay.
  private static final long PARALLEL_FROM = 1 << 18;

  @Override
  public void embed(Tensor table, int[] ids, Tensor out) {
    int width = (int) table.columns();
    float[] row = new float[width];
    for (int t = 0; t < ids.length; t++) {
      decodeRow(table, ids[t], row);
      storeRow(row, out, t);
    }
  }

  @Override
  public void rmsNorm(Tensor x, Tensor weight, float epsilon, Tensor out) {
    int width = (int) x.columns();
    float[] scale = new float[width];
    decodeRow(weight, 0, scale);
    float[] row = new float[width];
    for (int t = 0; t < x.rows(); t++) {
      loadRow(x, t, row);
      double squares = 0;
      for (float v : row) {
        squares += (double) v * v;
      }
      float inverse = (float) (1 / Math.sqrt(squares / width + epsilon));
      for (int i = 0; i < width; i++) {
        row[i] = row[i] * inverse * scale[i];
      }
      storeRow(row, out, t);
    }
  }

  @Override
  public void matmul(Tensor x, Tensor weight, Tensor out) {
    int rows = (int) x.rows();
    int columns = Math.clamp(PANEL_NUMBERS / x.columns(), 1, COLUMNS);
    if (rows < PANEL_FROM || columns < PANEL_FROM) {
      float[][] all = new float[rows][(int) x.columns()];
      for (int t = 0; t < rows; t++) {
        loadRow(x, t, all[t]);
      }
      eachBlock(x, weight, (from, to) -> rowProducts(all, weight, from, to, out));
    } else {
      for (int start = 0; start < rows; start += columns) {
        int first = start;
        int count = Math.min(columns, rows - start);
        float[] panel = panel(x, first, count);
        eachBlock(
            x, weight, (from, to) -> panelProducts(panel, count, weight, from, to, first, out));
      }
    }
  }

  /// Some of a product's outputs.
  private interface Block {
    void compute(int from, int to);
  }

  /// Hands the outputs out in blocks, to every core where that pays. An output is always computed
  /// by one thread in one order, so the result does not depend on how many there are.
  private static void eachBlock(Tensor x, Tensor weight, Block block) {
    int outputs = (int) weight.rows();
    int blocks = Math.ceilDiv(outputs, OUTPUTS);
    IntStream numbers = IntStream.range(0, blocks);
    boolean large = x.rows() * weight.rows() * weight.columns() >= PARALLEL_FROM;
    (large ? numbers.parallel() : numbers)
        .forEach(i -> block.compute(i * OUTPUTS, Math.min((i + 1) * OUTPUTS, outputs)));
  }

  /// Few rows of x: several outputs at a time.
  private static void rowProducts(float[][] x, Tensor weight, int from, int to, Tensor out) {
    int inputs = (int) weight.columns();
    long outputs = weight.rows();
    float[] w = new float[ROWS * inputs];
    for (int o = from; o < to; o += ROWS) {
      int count = Math.min(ROWS, to - o);
      decodeRows(weight, o, count, w);
      Arrays.fill(w, count * inputs, w.length, 0);
      for (int t = 0; t < x.length; t++) {
        float[] sums = eightDots(x[t], w);
        for (int j = 0; j < count; j++) {
          out.setFloat(t * outputs + o + j, sums[j]);
        }
      }
    }
  }

  private static float[] eightDots(float[] x, float[] w) {
    int n = x.length;
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    float s4 = 0;
    float s5 = 0;
    float s6 = 0;
    float s7 = 0;
    for (int i = 0; i < n; i++) {
      float v = x[i];
      s0 += w[i] * v;
      s1 += w[n + i] * v;
      s2 += w[2 * n + i] * v;
      s3 += w[3 * n + i] * v;
      s4 += w[4 * n + i] * v;
      s5 += w[5 * n + i] * v;
      s6 += w[6 * n + i] * v;
      s7 += w[7 * n + i] * v;
    }
    return new float[] {s0, s1, s2, s3, s4, s5, s6, s7};
  }

  /// Rows of x beside each other: `[I, count]`.
  private static float[] panel(Tensor x, int start, int count) {
    int inputs = (int) x.columns();
    float[] panel = new float[inputs * count];
    float[] row = new float[inputs];
    for (int t = 0; t < count; t++) {
      loadRow(x, start + t, row);
      for (int i = 0; i < inputs; i++) {
        panel[i * count + t] = row[i];
      }
    }
    return panel;
  }

  /// Many rows of x: the innermost loop runs across them.
  private static void panelProducts(
      float[] panel, int count, Tensor weight, int from, int to, int start, Tensor out) {
    int inputs = (int) weight.columns();
    long outputs = weight.rows();
    float[] row = new float[inputs];
    float[] sums = new float[count];
    for (int o = from; o < to; o++) {
      decodeRow(weight, o, row);
      Arrays.fill(sums, 0);
      for (int i = 0; i < inputs; i++) {
        addScaled(sums, row[i], panel, i * count);
      }
      for (int t = 0; t < count; t++) {
        out.setFloat((start + t) * outputs + o, sums[t]);
      }
    }
  }

  private static void addScaled(float[] sums, float scale, float[] panel, int offset) {
    for (int t = 0; t < sums.length; t++) {
      sums[t] += scale * panel[offset + t];
    }
  }

  @Override
  public void add(Tensor x, Tensor y) {
    long n = x.shape().elements();
    for (long i = 0; i < n; i++) {
      x.setFloat(i, x.getFloat(i) + y.getFloat(i));
    }
  }

  @Override
  public void swiGlu(Tensor gate, Tensor up) {
    long n = gate.shape().elements();
    for (long i = 0; i < n; i++) {
      float z = gate.getFloat(i);
      gate.setFloat(i, (float) (z / (1 + Math.exp(-z))) * up.getFloat(i));
    }
  }

  @Override
  public void rotate(Tensor x, Tensor cosSin, RotaryPairs pairs) {
    int half = (int) cosSin.shape().extent(1);
    int width = (int) x.columns();
    for (long t = 0; t < x.rows(); t++) {
      for (int head = 0; head < width; head += 2 * half) {
        for (int i = 0; i < half; i++) {
          float cos = cosSin.getFloat((t * half + i) * 2);
          float sin = cosSin.getFloat((t * half + i) * 2 + 1);
          long first = t * width + head + (long) i * pairs.step();
          long second = first + pairs.distance();
          float a = x.getFloat(first);
          float b = x.getFloat(second);
          x.setFloat(first, a * cos - b * sin);
          x.setFloat(second, b * cos + a * sin);
        }
      }
    }
  }

  @Override
  public void attend(
      Tensor query,
      Tensor key,
      Tensor value,
      KeyValues cache,
      int position,
      int window,
      Tensor out) {
    float[] keyRow = new float[cache.width()];
    float[] valueRow = new float[cache.width()];
    float[] queryRow = new float[(int) query.columns()];
    float[] outRow = new float[queryRow.length];
    for (int t = 0; t < query.rows(); t++) {
      int p = position + t;
      int slot = cache.slot(p);
      loadPadded(key, t, keyRow);
      encodeRow(keyRow, cache.keys(slot), slot % KeyValues.BLOCK);
      loadPadded(value, t, valueRow);
      encodeRow(valueRow, cache.values(slot), slot % KeyValues.BLOCK);
      loadRow(query, t, queryRow);
      attendRow(queryRow, cache, Math.max(0, p - window + 1), p, keyRow, valueRow, outRow);
      storeRow(outRow, out, t);
    }
  }

  /// One query row over the positions `from` to `to`, softmax in the usual two passes.
  private static void attendRow(
      float[] query,
      KeyValues cache,
      int from,
      int to,
      float[] keyRow,
      float[] valueRow,
      float[] out) {
    int d = cache.headDim();
    int heads = query.length / d;
    int sharers = heads / cache.heads();
    int seen = to - from + 1;
    float scale = (float) (1 / Math.sqrt(d));
    float[] scores = new float[heads * seen]; // [H, seen]
    for (int j = 0; j < seen; j++) {
      int slot = cache.slot(from + j);
      decodeRow(cache.keys(slot), slot % KeyValues.BLOCK, keyRow);
      for (int h = 0; h < heads; h++) {
        scores[h * seen + j] = scale * dot(query, h * d, keyRow, h / sharers * d, d);
      }
    }
    for (int h = 0; h < heads; h++) {
      softmax(scores, h * seen, seen);
    }
    Arrays.fill(out, 0);
    for (int j = 0; j < seen; j++) {
      int slot = cache.slot(from + j);
      decodeRow(cache.values(slot), slot % KeyValues.BLOCK, valueRow);
      for (int h = 0; h < heads; h++) {
        float share = scores[h * seen + j];
        int source = h / sharers * d;
        for (int i = 0; i < d; i++) {
          out[h * d + i] += share * valueRow[source + i];
        }
      }
    }
  }

  private static float dot(float[] a, int aOffset, float[] b, int bOffset, int n) {
    float sum = 0;
    for (int i = 0; i < n; i++) {
      sum += a[aOffset + i] * b[bOffset + i];
    }
    return sum;
  }

  private static void softmax(float[] x, int offset, int n) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      max = Math.max(max, x[offset + i]);
    }
    double sum = 0;
    for (int i = 0; i < n; i++) {
      x[offset + i] = (float) Math.exp(x[offset + i] - max);
      sum += x[offset + i];
    }
    for (int i = 0; i < n; i++) {
      x[offset + i] = (float) (x[offset + i] / sum);
    }
  }

  @Override
  public void gather(Tensor x, int[] rows, Tensor out) {
    long bytes = x.rowBytes();
    for (int i = 0; i < rows.length; i++) {
      MemorySegment.copy(x.data(), rows[i] * bytes, out.data(), i * bytes, bytes);
    }
  }

  @Override
  public void scatterAdd(Tensor x, int[] rows, float[] scales, Tensor y) {
    long width = x.columns();
    for (int i = 0; i < rows.length; i++) {
      for (long c = 0; c < width; c++) {
        long at = rows[i] * width + c;
        x.setFloat(at, x.getFloat(at) + scales[i] * y.getFloat(i * width + c));
      }
    }
  }

  private static void decodeRow(Tensor tensor, long row, float[] target) {
    Formats.of(tensor.dtype())
        .decode(tensor.data(), row * tensor.rowBytes(), target, 0, (int) tensor.columns());
  }

  private static void decodeRows(Tensor tensor, long row, int count, float[] target) {
    Format format = Formats.of(tensor.dtype());
    format.decode(
        tensor.data(),
        row * tensor.rowBytes(),
        target,
        0,
        Math.toIntExact(count * tensor.columns()));
  }

  private static void encodeRow(float[] source, Tensor tensor, long row) {
    Formats.of(tensor.dtype())
        .encode(source, 0, tensor.data(), row * tensor.rowBytes(), source.length);
  }

  private static void loadRow(Tensor tensor, long row, float[] target) {
    MemorySegment.copy(
        tensor.data(), Tensor.FLOAT, row * tensor.rowBytes(), target, 0, target.length);
  }

  /// As [#loadRow]; what the tensor's row does not fill stays 0.
  private static void loadPadded(Tensor tensor, long row, float[] target) {
    int columns = (int) tensor.columns();
    MemorySegment.copy(tensor.data(), Tensor.FLOAT, row * tensor.rowBytes(), target, 0, columns);
    Arrays.fill(target, columns, target.length, 0);
  }

  private static void storeRow(float[] source, Tensor tensor, long row) {
    MemorySegment.copy(
        source, 0, tensor.data(), Tensor.FLOAT, row * tensor.rowBytes(), source.length);
  }
}
