package sirocco.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.List;
import sirocco.cpu.NativeLibrary.State;
import sirocco.tensor.Dispatch;
import sirocco.tensor.Kernels;
import sirocco.tensor.KeyValues;
import sirocco.tensor.Probe;
import sirocco.tensor.Tensor;

/// The kernels on vectors and several threads. This file says how work is split; the arithmetic of
/// one thread is in [Products], [Attention] and [Elementwise].
///
/// Legend: T rows, D width, I inputs and O outputs of a matrix, E experts, F expert width, N rows
/// of all experts together.
final class VectorKernels implements Kernels {
  /// Numbers from which on simple work on rows is shared out.
  private static final long PARALLEL_NUMBERS = 1 << 15;

  private final Pool pool;
  private final Attention attention;
  private final MatrixWork matrices;
  private final ExpertWork experts;

  VectorKernels(int threads) {
    this(new Pool(threads), ways());
  }

  /// The same without the C library.
  static VectorKernels inJava(int threads) {
    return new VectorKernels(new Pool(threads), List.of(new JavaProducts()));
  }

  private static List<Products> ways() {
    return switch (NativeLibrary.state()) {
      case State.Works(NativeLibrary.Level level) ->
          List.of(new NativeProducts(level), new NativeProducts.Floats(level), new JavaProducts());
      case State.Absent _ -> List.of(new JavaProducts());
    };
  }

  /// @param ways to multiply, the preferred first; the last takes every type
  private VectorKernels(Pool pool, List<Products> ways) {
    this.pool = pool;
    this.attention = new Attention(pool);
    this.matrices = new MatrixWork(pool, ways);
    this.experts = new ExpertWork(pool, matrices);
  }

  /// What `doctor` says of these kernels.
  static String description() {
    String products =
        switch (NativeLibrary.state()) {
          case State.Works(NativeLibrary.Level level) -> "products in C with " + level;
          case State.Absent(String why) -> "products too, as " + why;
        };
    return Elementwise.SPECIES.length() * Float.SIZE + "-bit vectors in Java, " + products;
  }

  @Override
  public void embed(Tensor table, int[] ids, Tensor out) {
    Elementwise.embed(table, ids, out);
  }

  @Override
  public void rmsNorm(Tensor x, Tensor weight, float epsilon, Tensor out) {
    eachRow(x, (from, to) -> Elementwise.rmsNorm(x, weight, epsilon, out, from, to));
  }

  @Override
  public void matmul(Tensor x, Tensor weight, Tensor out) {
    matrices.products(x, List.of(weight), List.of(out));
  }

  @Override
  public void products(Tensor x, List<Tensor> weights, List<Tensor> outs) {
    matrices.products(x, weights, outs);
  }

  @Override
  public void experts(
      Tensor x, List<Expert> weights, Dispatch dispatch, Tensor out, SegmentAllocator scratch) {
    experts.run(x, weights, dispatch, out, scratch);
  }

  @Override
  public void add(Tensor x, Tensor y) {
    eachRow(x, (from, to) -> Elementwise.add(x, y, from, to));
  }

  @Override
  public void swiGlu(Tensor gate, Tensor up) {
    eachRow(gate, (from, to) -> Elementwise.swiGlu(gate, up, from, to));
  }

  @Override
  public void rotate(Tensor x, Tensor cosSin, RotaryPairs pairs) {
    eachRow(x, (from, to) -> Rotation.rotate(x, cosSin, pairs, from, to));
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
    attention.attend(query, key, value, cache, position, window, out);
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
    for (int i = 0; i < rows.length; i++) {
      Elementwise.addScaledRow(x, rows[i], scales[i], y, i);
    }
  }

  @Override
  public Probe probe() {
    return new VectorProbe(pool);
  }

  @Override
  public void close() {
    pool.close();
  }

  /// Some rows.
  @FunctionalInterface
  private interface Rows {
    void compute(int from, int to);
  }

  private void eachRow(Tensor x, Rows work) {
    int rows = (int) x.rows();
    if (x.shape().elements() < PARALLEL_NUMBERS) {
      work.compute(0, rows);
      return;
    }
    int parts = Math.min(rows, 4 * pool.threads());
    pool.run(
        parts,
        (i, _) ->
            work.compute((int) ((long) rows * i / parts), (int) ((long) rows * (i + 1) / parts)));
  }
}
