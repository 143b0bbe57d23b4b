package sirocco.bench;

import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import sirocco.tensor.DType;
import sirocco.tensor.Kernels;
import sirocco.tensor.KeyValues;
import sirocco.tensor.Tensor;

/// Attention of new rows over a cache, with the heads of the 1.5 B Mixtral.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class AttentionBenchmark {
  private static final int HEADS = 16;
  private static final int KEY_VALUE_HEADS = 4;
  private static final int HEAD_DIM = 64;

  @Param({"cpu"})
  String backend = "";

  @Param({"1"})
  int threads;

  @Param({"F32", "F16", "Q8_0"})
  DType cache;

  @Param({"512", "4096"})
  int depth;

  @Param({"1", "64"})
  int rows;

  private Arena arena;
  private Kernels kernels;
  private KeyValues stored;
  private Tensor query;
  private Tensor key;
  private Tensor value;
  private Tensor out;

  @Setup(Level.Trial)
  public void setUp() {
    arena = Arena.ofShared();
    kernels = Inputs.kernels(backend, threads);
    stored = KeyValues.allocate(cache, KEY_VALUE_HEADS, HEAD_DIM, depth + rows, arena);
    fill();
    query = Inputs.floats(arena, rows, HEADS * HEAD_DIM);
    key = Inputs.floats(arena, rows, KEY_VALUE_HEADS * HEAD_DIM);
    value = Inputs.floats(arena, rows, KEY_VALUE_HEADS * HEAD_DIM);
    out = Inputs.floats(arena, rows, HEADS * HEAD_DIM);
  }

  /// A window of one position: nothing but the appending takes time.
  private void fill() {
    Tensor queries = Inputs.floats(arena, depth, HEADS * HEAD_DIM);
    Tensor keys = Inputs.floats(arena, depth, KEY_VALUE_HEADS * HEAD_DIM);
    Tensor outs = Inputs.floats(arena, depth, HEADS * HEAD_DIM);
    kernels.attend(queries, keys, keys, stored, 0, 1, outs);
  }

  @Benchmark
  public Tensor attention() {
    kernels.attend(query, key, value, stored, depth, depth + rows, out);
    return out;
  }

  @TearDown(Level.Trial)
  public void tearDown() {
    kernels.close();
    arena.close();
  }
}
