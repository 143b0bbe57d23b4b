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
import sirocco.tensor.Tensor;

/// Rows times a matrix of each type, of the size of an expert's gate in the 1.5 B Mixtral.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ProductsBenchmark {
  private static final int INPUTS = 1024;
  private static final int OUTPUTS = 3584;

  @Param({"cpu"})
  String backend = "";

  @Param({"1"})
  int threads;

  @Param({"F32", "BF16", "F16", "Q8_0", "Q6_K", "Q5_K", "Q4_K", "Q4_0", "Q3_K", "Q2_K"})
  DType type;

  @Param({"1", "64"})
  int rows;

  private Arena arena;
  private Kernels kernels;
  private Tensor x;
  private Tensor weight;
  private Tensor out;

  @Setup(Level.Trial)
  public void setUp() {
    arena = Arena.ofShared();
    kernels = Inputs.kernels(backend, threads);
    x = Inputs.floats(arena, rows, INPUTS);
    weight = Inputs.weights(type, arena, OUTPUTS, INPUTS);
    out = Inputs.floats(arena, rows, OUTPUTS);
  }

  @Benchmark
  public Tensor product() {
    kernels.matmul(x, weight, out);
    return out;
  }

  @TearDown(Level.Trial)
  public void tearDown() {
    kernels.close();
    arena.close();
  }
}
