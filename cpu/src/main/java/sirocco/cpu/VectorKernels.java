package sirocco.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import sirocco.cpu.NativeLibrary.Level;
import sirocco.cpu.NativeLibrary.State;
import sirocco.tensor.Dispatch;
import sirocco.tensor.Kernels;
import sirocco.tensor.KeyValues;
import sirocco.tensor.Probe;
import sirocco.tensor.Tensor;

/// The kernels on vectors and several threads. This file says how work is split; the arithmetic of
/// one thread is in [Products], [Attention] and [Loops].
///
/// Legend: T rows, D width, I inputs and O outputs of a matrix, E experts, F expert width, N rows
/// of all experts together.
final class VectorKernels implements Kernels {
  /// Numbers from which on simple work on rows is shared out.
  private static final long PARALLEL_NUMBERS = 1 << 15;

  private final Phase phase;
  private final VectorKernels other; // for the other phase, on the same threads
  private final Pool pool;
  private final Loops loops;
  private final Attention attention;
  private final List<Attention> alone; // for each thread one that computes by itself
  private final MatrixWork matrices;
  private final ExpertWork experts;

  VectorKernels(int threads) {
    this(threads, level());
  }

  /// The same without the C library.
  static VectorKernels inJava(int threads) {
    return new VectorKernels(threads, Level.NOTHING);
  }

  /// @param level of the library, at most what the processor has
  VectorKernels(int threads, Level level) {
    this(new Pool(threads), level, Phase.PROMPT, Optional.empty());
  }

  private VectorKernels(Pool pool, Level level, Phase phase, Optional<VectorKernels> others) {
    boolean inC = level != Level.NOTHING;
    Products java = new JavaProducts(phase);
    List<Products> ways =
        inC
            ? List.of(
                new NativeProducts(level, phase), new NativeProducts.Floats(level, phase), java)
            : List.of(java);
    this.phase = phase;
    this.pool = pool;
    this.loops = inC ? new NativeLoops(level) : new JavaLoops();
    this.attention = new Attention(pool, level, phase);
    this.alone =
        IntStream.range(0, pool.threads())
            .mapToObj(_ -> new Attention(new Pool(1), level, phase))
            .toList();
    this.matrices = new MatrixWork(pool, ways);
    this.experts = new ExpertWork(pool, matrices, loops);
    this.other =
        others.orElseGet(() -> new VectorKernels(pool, level, Phase.STEP, Optional.of(this)));
  }

  @Override
  public Kernels during(Phase wanted) {
    return wanted == phase ? this : other;
  }

  private static Level level() {
    return NativeLibrary.state() instanceof State.Works(Level level) ? level : Level.NOTHING;
  }

  /// What `doctor` says of these kernels.
  static String description() {
    String products =
        switch (NativeLibrary.state()) {
          case State.Works(Level level) ->
              "products, norms and attention of few rows in C with " + level;
          case State.Absent(String why) -> "nothing in C, as " + why;
        };
    return Elementwise.SPECIES.length() * Float.SIZE + "-bit vectors in Java, " + products;
  }

  @Override
  public void embed(Tensor table, int[] ids, Tensor out) {
    Elementwise.embed(table, ids, out);
  }

  @Override
  public void rmsNorm(Tensor x, Tensor weight, float epsilon, Tensor out) {
    eachRow(x, (from, to) -> loops.rmsNorm(x, weight, epsilon, out, from, to));
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
    eachRow(x, (from, to) -> loops.add(x, y, from, to));
  }

  @Override
  public void swiGlu(Tensor gate, Tensor up) {
    int width = (int) gate.columns();
    eachRow(
        gate,
        (from, to) -> {
          long at = from * gate.rowBytes();
          loops.swiGlu(gate.data().asSlice(at), width, up.data().asSlice(at), width, to - from);
        });
  }

  @Override
  public void rotate(Tensor x, Tensor cosSin, RotaryPairs pairs) {
    eachRow(x, (from, to) -> loops.rotate(x, cosSin, pairs, from, to));
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

  /// Sessions that make one token each are shared out whole.
  @Override
  public void attend(List<Attending> sessions, int window) {
    if (phase == Phase.PROMPT || sessions.size() < 2 * pool.threads()) {
      Kernels.super.attend(sessions, window);
      return;
    }
    pool.run(
        sessions.size(),
        (i, thread) -> {
          Attending s = sessions.get(i);
          alone
              .get(thread)
              .attend(s.query(), s.key(), s.value(), s.cache(), s.position(), window, s.out());
        });
  }

  @Override
  public void each(int count, IntConsumer work) {
    pool.run(count, (i, _) -> work.accept(i));
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
      loops.addScaledRow(x, rows[i], scales[i], y, i);
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
