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
import sirocco.tensor.Kernels;
import sirocco.tensor.Tensor;

/// What is done row by row between the products: norm, gate, rotation, addition.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RowsBenchmark {
  private static final int WIDTH = 4096;
  private static final int HEAD_DIM = 128;

  @Param({"cpu"})
  String backend = "";

  @Param({"1"})
  int threads;

  @Param({"1", "64"})
  int rows;

  private Arena arena;
  private Kernels kernels;
  private Tensor x;
  private Tensor y;
  private Tensor weight;
  private Tensor out;
  private Tensor angles;

  @Setup(Level.Trial)
  public void setUp() {
    arena = Arena.ofShared();
    kernels = Inputs.kernels(backend, threads);
    x = Inputs.floats(arena, rows, WIDTH);
    y = Inputs.floats(arena, rows, WIDTH);
    weight = Inputs.floats(arena, WIDTH);
    out = Inputs.floats(arena, rows, WIDTH);
    angles = Inputs.floats(arena, rows, HEAD_DIM / 2, 2);
    for (long i = 0; i < angles.shape().elements(); i += 2) {
      angles.setFloat(i, (float) Math.cos((double) i));
      angles.setFloat(i + 1, (float) Math.sin((double) i));
    }
  }

  @Benchmark
  public Tensor norm() {
    kernels.rmsNorm(x, weight, 1e-5f, out);
    return out;
  }

  /// The gate is copied first, as it is changed: numbers that shrink from call to call would become
  /// subnormal.
  @Benchmark
  public Tensor gate() {
    out.data().copyFrom(x.data());
    kernels.swiGlu(out, y);
    return out;
  }

  @Benchmark
  public Tensor rotation() {
    kernels.rotate(x, angles, new Kernels.RotaryPairs(2, 1));
    return x;
  }

  @Benchmark
  public Tensor addition() {
    kernels.add(out, y);
    return out;
  }

  @TearDown(Level.Trial)
  public void tearDown() {
    kernels.close();
    arena.close();
  }
}
