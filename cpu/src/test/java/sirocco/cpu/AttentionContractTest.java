package sirocco.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import sirocco.cpu.NativeLibrary.Level;
import sirocco.tensor.DType;
import sirocco.tensor.Kernels;
import sirocco.tensor.KeyValues;
import sirocco.tensor.Tensor;

/// Attention equals its scalar twin, and writes the same bytes to the cache, whatever the sizes,
/// the window, the ring and what was there before, in Java and at every level of the library.
@ParameterizedClass
@MethodSource("sirocco.cpu.Twins#levels")
class AttentionContractTest {
  private static final int NO_WINDOW = Integer.MAX_VALUE;

  private final Level level;

  AttentionContractTest(Level level) {
    this.level = level;
  }

  /// A session on both kernels.
  private static final class Session {
    private final Twins twins;
    private final Kernels fast;
    private final KeyValues expected;
    private final KeyValues actual;
    private final int sharers;
    private final int window;
    private int position;

    Session(Twins twins, Kernels fast, Arena arena, Sizes sizes, int window) {
      this.twins = twins;
      this.fast = fast;
      this.sharers = sizes.sharers;
      this.window = window;
      this.expected =
          KeyValues.allocate(sizes.dtype, sizes.heads, sizes.headDim, sizes.slots, arena);
      this.actual = KeyValues.allocate(sizes.dtype, sizes.heads, sizes.headDim, sizes.slots, arena);
    }

    void step(int rows) {
      int width = expected.heads() * expected.headDim();
      Tensor query = twins.floats(rows, (long) width * sharers);
      Tensor key = twins.floats(rows, width);
      Tensor value = twins.floats(rows, width);
      Tensor out = twins.floats(rows, (long) width * sharers);
      Tensor exact = twins.copy(out);
      Twins.SCALAR.attend(query, key, value, expected, position, window, exact);
      fast.attend(query, key, value, actual, position, window, out);
      position += rows;
      String what =
          "%s, %d heads of %d shared by %d, %d slots, window %d: %d rows up to %d"
              .formatted(
                  expected.dtype(),
                  expected.heads(),
                  expected.headDim(),
                  sharers,
                  expected.slots(),
                  window,
                  rows,
                  position);
      Twins.assertClose(out, exact, expected.headDim() + Math.min(position, window), what);
      for (int s = 0; s < Math.min(position, expected.slots()); s += KeyValues.BLOCK) {
        assertThat(actual.keys(s).data().mismatch(expected.keys(s).data())).as(what).isEqualTo(-1);
        assertThat(actual.values(s).data().mismatch(expected.values(s).data()))
            .as(what)
            .isEqualTo(-1);
      }
    }
  }

  private record Sizes(DType dtype, int heads, int sharers, int headDim, int slots) {}

  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "Q8_0"})
  void everyCountOfRowsAfterAnyOthers(DType dtype) {
    for (int threads = 1; threads <= 3; threads++) {
      try (Kernels fast = new VectorKernels(threads, level);
          Arena arena = Arena.ofShared()) {
        Twins twins = new Twins(threads, arena);
        Session session =
            new Session(twins, fast, arena, new Sizes(dtype, 2, 3, 24, 1000), NO_WINDOW);
        for (int rows = 1; rows <= 40; rows++) {
          session.step(rows);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 6, 15, 16, 31, 32, 33, 64, 80, 96, 128, 130, 256, 260})
  void everyHeadWidth(int headDim) {
    try (Kernels fast = new VectorKernels(2, level);
        Arena arena = Arena.ofShared()) {
      Twins twins = new Twins(headDim, arena);
      for (DType dtype : new DType[] {DType.F32, DType.F16, DType.Q8_0}) {
        for (int sharers : new int[] {1, 2, 4, 5, 17}) {
          Session session =
              new Session(twins, fast, arena, new Sizes(dtype, 3, sharers, headDim, 100), 100);
          session.step(1);
          session.step(70);
          session.step(1);
          session.step(3);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "Q8_0"})
  void ringsThatWrap(DType dtype) {
    int[] steps = {1, 5, 1, 1, 7, 40, 2, 13, 90, 1, 1, 30};
    try (Kernels fast = new VectorKernels(2, level);
        Arena arena = Arena.ofShared()) {
      Twins twins = new Twins(11, arena);
      for (int slots : new int[] {1, 2, 7, 8, 33, 90}) {
        for (int window : new int[] {1, slots / 2 + 1, slots}) {
          Session session =
              new Session(twins, fast, arena, new Sizes(dtype, 2, 2, 12, slots), window);
          for (int rows : steps) {
            session.step(rows);
          }
        }
      }
    }
  }

  @Test
  void ringsOfSeveralBlocks() {
    try (Kernels fast = new VectorKernels(2, level);
        Arena arena = Arena.ofShared()) {
      Twins twins = new Twins(12, arena);
      for (int slots : new int[] {256, 257, 600}) {
        for (DType dtype : new DType[] {DType.F32, DType.Q8_0}) {
          Session session =
              new Session(twins, fast, arena, new Sizes(dtype, 1, 3, 16, slots), slots);
          for (int rows : new int[] {250, 1, 5, 1, 1, 300, 1, 700, 1}) {
            session.step(rows);
          }
        }
      }
    }
  }

  @Test
  void oneRowOverALongContext() {
    try (Kernels fast = new VectorKernels(3, level);
        Arena arena = Arena.ofShared()) {
      Twins twins = new Twins(13, arena);
      for (DType dtype : new DType[] {DType.F32, DType.F16, DType.Q8_0}) {
        Session session =
            new Session(twins, fast, arena, new Sizes(dtype, 2, 2, 64, 2000), NO_WINDOW);
        session.step(1100);
        for (int i = 0; i < 5; i++) {
          session.step(1);
        }
        session.step(3);
      }
    }
  }

  @Test
  void scoresOfAnySizeAreSafe() {
    try (Kernels fast = new VectorKernels(2, level);
        Arena arena = Arena.ofShared()) {
      Twins twins = new Twins(14, arena);
      for (int rows : new int[] {1, 40}) {
        for (float size : new float[] {0, 1e-30f, 300, -300, 1e6f}) {
          KeyValues expected = KeyValues.allocate(DType.F32, 1, 16, 64, arena);
          KeyValues actual = KeyValues.allocate(DType.F32, 1, 16, 64, arena);
          Tensor query = twins.floats(rows, 32);
          Tensor key = twins.floats(rows, 16);
          Tensor value = twins.floats(rows, 16);
          for (int i = 0; i < key.shape().elements(); i++) {
            key.setFloat(i, size * (1 + i % 3)); // no two scores so close that rounding decides
          }
          Tensor exact = twins.floats(rows, 32);
          Tensor out = twins.copy(exact);
          Twins.SCALAR.attend(query, key, value, expected, 0, NO_WINDOW, exact);
          fast.attend(query, key, value, actual, 0, NO_WINDOW, out);
          for (float number : out.toFloats()) {
            assertThat(number).isFinite();
          }
          if (Math.abs(size) < 1) {
            Twins.assertClose(out, exact, 64, "keys of " + size);
          }
        }
      }
    }
  }

  @Test
  void theResultDoesNotDependOnTheThreads() {
    List<float[]> results = new ArrayList<>();
    for (int threads = 1; threads <= 3; threads++) {
      try (Kernels fast = new VectorKernels(threads, level);
          Arena arena = Arena.ofShared()) {
        Twins twins = new Twins(15, arena);
        KeyValues cache = KeyValues.allocate(DType.F16, 2, 32, 1000, arena);
        for (int rows : new int[] {700, 1}) {
          int position = rows == 1 ? 700 : 0;
          Tensor out = twins.floats(rows, 256);
          Tensor key = twins.floats(rows, 64);
          fast.attend(twins.floats(rows, 256), key, key, cache, position, NO_WINDOW, out);
          results.add(out.toFloats());
        }
      }
    }
    for (int i = 2; i < results.size(); i++) {
      assertThat(results.get(i)).containsExactly(results.get(i % 2));
    }
  }
}
