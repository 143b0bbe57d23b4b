package sirocco.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Optional;
import sirocco.tensor.DType;
import sirocco.tensor.Kernels.RotaryPairs;
import sirocco.tensor.KeyValues;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;

/// Whether the library's loops are right on this machine: each once, on few numbers, against plain
/// arithmetic.
final class NativeLoopsCheck {
  /// One vector and some.
  private static final int WIDTH = 22;

  private static final double TOLERANCE = 1e-5;

  private final NativeLibrary.Level level;
  private final NativeLoops loops;
  private final Arena arena;

  private NativeLoopsCheck(NativeLibrary.Level level, Arena arena) {
    this.level = level;
    this.loops = new NativeLoops(level);
    this.arena = arena;
  }

  /// What is wrong.
  static Optional<String> of(NativeLibrary.Level level) {
    try (Arena arena = Arena.ofConfined()) {
      var check = new NativeLoopsCheck(level, arena);
      if (check.normIsWrong()) {
        return Optional.of("norm");
      }
      if (check.swiGluIsWrong()) {
        return Optional.of("SwiGLU");
      }
      if (check.rotationIsWrong()) {
        return Optional.of("rotation");
      }
      return check.attentionIsWrong() ? Optional.of("attention") : Optional.empty();
    }
  }

  private boolean normIsWrong() {
    Tensor x = numbers(1, WIDTH, 0);
    Tensor weight = numbers(1, WIDTH, 3);
    Tensor out = numbers(1, WIDTH, 5);
    loops.rmsNorm(x, weight, 1e-5f, out, 0, 1);
    loops.addScaledRow(out, 0, 2, x, 0);
    double squares = 0;
    for (int i = 0; i < WIDTH; i++) {
      squares += number(i) * number(i);
    }
    double length = Math.sqrt(squares / WIDTH + 1e-5);
    boolean wrong = false;
    for (int i = 0; i < WIDTH; i++) {
      wrong |= differs(out.getFloat(i), number(i) * number(i + 3) / length + 2 * number(i));
    }
    return wrong;
  }

  private boolean swiGluIsWrong() {
    Tensor gate = numbers(1, WIDTH, 0);
    Tensor up = numbers(1, WIDTH, 3);
    loops.swiGlu(gate.data(), WIDTH, up.data(), WIDTH, 1);
    boolean wrong = false;
    for (int i = 0; i < WIDTH; i++) {
      double z = number(i);
      wrong |= differs(gate.getFloat(i), z / (1 + Math.exp(-z)) * number(i + 3));
    }
    return wrong;
  }

  private boolean rotationIsWrong() {
    int half = WIDTH / 2;
    Tensor x = numbers(1, WIDTH, 0);
    Tensor angles = Tensor.allocate(DType.F32, Shape.of(1, half, 2), arena);
    for (int i = 0; i < 2 * half; i++) {
      angles.setFloat(i, (float) number(i + 1));
    }
    loops.rotate(x, angles, new RotaryPairs(1, half), 0, 1);
    boolean wrong = false;
    for (int i = 0; i < half; i++) {
      double cos = number(2 * i + 1);
      double sin = number(2 * i + 2);
      wrong |= differs(x.getFloat(i), number(i) * cos - number(i + half) * sin);
      wrong |= differs(x.getFloat(i + half), number(i + half) * cos + number(i) * sin);
    }
    return wrong;
  }

  /// Two heads that share keys and values, over three positions.
  private boolean attentionIsWrong() {
    int positions = 3;
    var cache = KeyValues.allocate(DType.F32, 1, WIDTH, positions, arena);
    Tensor keys = cache.keys(0);
    Tensor values = cache.values(0);
    for (int i = 0; i < positions * WIDTH; i++) {
      keys.setFloat(i, (float) number(i));
      values.setFloat(i, (float) number(i + 7));
    }
    Tensor query = numbers(1, 2 * WIDTH, 1);
    Tensor out = numbers(1, 2 * WIDTH, 5);
    var call =
        new Attention.Call(
            CacheRows.inRing(cache), query, out, 0, 1, positions - 1, Integer.MAX_VALUE);
    var spans = new NativeRowAttention(level, call);
    float[] results = new float[2 * spans.spanNumbers()];
    spans.span(0, 0, 2, results, 0);
    spans.span(0, 2, positions, results, spans.spanNumbers());
    spans.merge(results, 0, 2, 0);
    boolean wrong = attendedWrongly(out, positions);
    if (NativeQueryPanels.takes(level, call)) {
      out.data().fill((byte) 0);
      Scratch scratch = new Scratch();
      try {
        NativeQueryPanels.of(call, 1, scratch).compute(0, 0, 0);
      } finally {
        Reference.reachabilityFence(scratch);
      }
      wrong |= attendedWrongly(out, positions);
    }
    return wrong;
  }

  private static boolean attendedWrongly(Tensor out, int positions) {
    boolean wrong = false;
    for (int head = 0; head < 2; head++) {
      double[] weights = new double[positions];
      double sum = 0;
      for (int p = 0; p < positions; p++) {
        double score = 0;
        for (int i = 0; i < WIDTH; i++) {
          score += number(head * WIDTH + i + 1) * number(p * WIDTH + i);
        }
        weights[p] = Math.exp(score / Math.sqrt(WIDTH));
        sum += weights[p];
      }
      for (int i = 0; i < WIDTH; i++) {
        double value = 0;
        for (int p = 0; p < positions; p++) {
          value += weights[p] / sum * number(p * WIDTH + i + 7);
        }
        wrong |= differs(out.getFloat(head * WIDTH + i), value);
      }
    }
    return wrong;
  }

  private static boolean differs(double actual, double expected) {
    return !(Math.abs(actual - expected) <= TOLERANCE * Math.max(1, Math.abs(expected)));
  }

  private Tensor numbers(int rows, int columns, int from) {
    MemorySegment memory = arena.allocate((long) rows * columns * Float.BYTES, Float.BYTES);
    Tensor tensor = new Tensor(DType.F32, Shape.of(rows, columns), memory);
    for (int i = 0; i < rows * columns; i++) {
      tensor.setFloat(i, (float) number(i + from));
    }
    return tensor;
  }

  /// From -2 to 2, in no order; a float32.
  private static double number(int i) {
    return (i * 37 % 65 - 32) / 16.0;
  }
}
