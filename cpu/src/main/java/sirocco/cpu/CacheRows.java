package sirocco.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.LongStream;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import sirocco.tensor.DType;
import sirocco.tensor.KeyValues;
import sirocco.tensor.Tensor;
import sirocco.tensor.quant.Formats;

/// Rows of a session's cache, written from float32 and read into float32. The newest may lie beside
/// the ring, where they would take the place of rows that are still seen.
///
/// Legend: G key/value heads, d head width.
final class CacheRows {
  private static final VectorSpecies<Float> SPECIES = Elementwise.SPECIES;
  private static final int LANES = Elementwise.LANES;

  /// Numbers of a block of Q8_0, its bytes, and where in it the numbers begin.
  private static final int NUMBERS = DType.Q8_0.blockElements();

  private static final int BYTES = DType.Q8_0.blockBytes();
  private static final int SCALE = BYTES - NUMBERS;

  /// Bytes for the lanes of a vector, or for two where so few make none.
  private static final VectorSpecies<Byte> QUANTA =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, LANES * Byte.SIZE)));

  private final KeyValues cache;
  private final int besideFrom;
  private final Tensor beside;

  /// Where the keys or the values are.
  enum Kind {
    KEYS,
    VALUES
  }

  private CacheRows(KeyValues cache, int besideFrom, Tensor beside) {
    this.cache = cache;
    this.besideFrom = besideFrom;
    this.beside = beside;
  }

  /// Every row in the ring.
  static CacheRows inRing(KeyValues cache) {
    return new CacheRows(cache, Integer.MAX_VALUE, cache.keys(0));
  }

  /// Rows from a position on beside it.
  ///
  /// @param beside `[2 rows, width]` of the cache's type: keys, then values
  static CacheRows besideRing(KeyValues cache, int position, Tensor beside) {
    return new CacheRows(cache, position, beside);
  }

  KeyValues cache() {
    return cache;
  }

  /// Where a position is kept: the tensor, and its row.
  private Tensor home(Kind kind, int position) {
    if (position >= besideFrom) {
      return beside;
    }
    int slot = cache.slot(position);
    return kind == Kind.KEYS ? cache.keys(slot) : cache.values(slot);
  }

  private int row(Kind kind, int position) {
    if (position >= besideFrom) {
      int rows = (int) beside.rows() / 2;
      return position - besideFrom + (kind == Kind.KEYS ? 0 : rows);
    }
    return cache.slot(position) % KeyValues.BLOCK;
  }

  /// Positions from this one on whose rows follow each other in one tensor.
  private int together(int position) {
    if (position >= besideFrom) {
      return Integer.MAX_VALUE;
    }
    int slot = cache.slot(position);
    int inBlock = KeyValues.BLOCK - slot % KeyValues.BLOCK;
    return Math.min(Math.min(inBlock, cache.slots() - slot), besideFrom - position);
  }

  /// Appends row `row` of keys and values.
  ///
  /// @param buffer of the cache's width; what the rows do not fill is 0
  void append(Tensor key, Tensor value, int row, int position, float[] buffer) {
    write(key, row, home(Kind.KEYS, position), row(Kind.KEYS, position), buffer);
    write(value, row, home(Kind.VALUES, position), row(Kind.VALUES, position), buffer);
  }

  private static void write(Tensor source, long row, Tensor target, long to, float[] buffer) {
    if (target.dtype() == DType.F32) {
      MemorySegment.copy(
          source.data(),
          row * source.rowBytes(),
          target.data(),
          to * target.rowBytes(),
          source.rowBytes());
    } else {
      int columns = (int) source.columns();
      MemorySegment.copy(source.data(), Tensor.FLOAT, row * source.rowBytes(), buffer, 0, columns);
      Formats.of(target.dtype())
          .encode(buffer, 0, target.data(), to * target.rowBytes(), buffer.length);
    }
  }

  /// Copies the row of a position from beside the ring into it.
  void moveIn(int position) {
    for (Kind kind : Kind.values()) {
      int slot = cache.slot(position);
      Tensor target = kind == Kind.KEYS ? cache.keys(slot) : cache.values(slot);
      MemorySegment.copy(
          beside.data(),
          row(kind, position) * beside.rowBytes(),
          target.data(),
          slot % KeyValues.BLOCK * target.rowBytes(),
          target.rowBytes());
    }
  }

  /// Where the keys and values of positions lie in memory, as runs of rows that follow each other:
  /// for each the address of its first key and of its first value, and how many.
  ///
  /// @param to behind the last position
  long[] runs(int from, int to) {
    LongStream.Builder runs = LongStream.builder();
    for (int position = from; position < to; ) {
      int count = Math.min(to - position, together(position));
      for (Kind kind : Kind.values()) {
        Tensor home = home(kind, position);
        runs.add(home.data().address() + row(kind, position) * home.rowBytes());
      }
      runs.add(count);
      position += count;
    }
    return runs.build().toArray();
  }

  /// Reads some heads of the rows of `count` positions.
  ///
  /// @param position the first
  /// @param head the first
  /// @param heads how many
  /// @param target receives head j of row n from number `n * stride + j * headStride`
  void read(
      Kind kind,
      int position,
      int count,
      int head,
      int heads,
      float[] target,
      int stride,
      int headStride) {
    int d = cache.headDim();
    for (int done = 0; done < count; ) {
      int run = Math.min(count - done, together(position + done));
      Tensor home = home(kind, position + done);
      long at = row(kind, position + done) * home.rowBytes();
      if (headStride == d) {
        rows(home, at, head * d, heads * d, run, target, done * stride, stride);
      } else {
        for (int j = 0; j < heads; j++) {
          int to = done * stride + j * headStride;
          rows(home, at, (head + j) * d, d, run, target, to, stride);
        }
      }
      done += run;
    }
  }

  /// Numbers `first` to `first + width` of some rows.
  private static void rows(
      Tensor home, long at, int first, int width, int rows, float[] target, int to, int stride) {
    long rowBytes = home.rowBytes();
    MemorySegment source = home.data();
    switch (home.dtype()) {
      case F32 -> {
        for (int n = 0; n < rows; n++) {
          floats(source, at + n * rowBytes + 4L * first, target, to + n * stride, width);
        }
      }
      case F16 -> {
        for (int n = 0; n < rows; n++) {
          halves(source, at + n * rowBytes + 2L * first, target, to + n * stride, width);
        }
      }
      case Q8_0 -> {
        for (int n = 0; n < rows; n++) {
          blocks(source, at + n * rowBytes, first, target, to + n * stride, width);
        }
      }
      // no other type is asked for; the format's own way would be right, and slow
      default -> {
        float[] numbers = new float[(int) home.columns()];
        for (int n = 0; n < rows; n++) {
          Formats.of(home.dtype()).decode(source, at + n * rowBytes, numbers, 0, numbers.length);
          System.arraycopy(numbers, first, target, to + n * stride, width);
        }
      }
    }
  }

  private static void floats(MemorySegment source, long at, float[] target, int to, int width) {
    int bound = SPECIES.loopBound(width);
    for (int i = 0; i < bound; i += LANES) {
      long offset = at + (long) i * Float.BYTES;
      FloatVector.fromMemorySegment(SPECIES, source, offset, ByteOrder.LITTLE_ENDIAN)
          .intoArray(target, to + i);
    }
    for (int i = bound; i < width; i++) {
      target[to + i] = source.get(Tensor.FLOAT, at + (long) i * Float.BYTES);
    }
  }

  private static void halves(MemorySegment source, long at, float[] target, int to, int width) {
    for (int i = 0; i < width; i++) {
      target[to + i] = Float.float16ToFloat(source.get(Tensor.SHORT, at + (long) i * Short.BYTES));
    }
  }

  /// Numbers `first` to `first + width` of a row of Q8_0: `d q`.
  private static void blocks(
      MemorySegment source, long row, int first, float[] target, int to, int width) {
    int end = first + width;
    for (int i = first; i < end; ) {
      int block = i / NUMBERS;
      long at = row + (long) block * BYTES;
      float d = Float.float16ToFloat(source.get(Tensor.SHORT, at));
      int upTo = Math.min(end, (block + 1) * NUMBERS);
      if (upTo - i == NUMBERS) {
        block(source, at + SCALE, d, target, to + i - first);
      } else {
        for (int j = i; j < upTo; j++) {
          byte q = source.get(ValueLayout.JAVA_BYTE, at + SCALE + j % NUMBERS);
          target[to + j - first] = d * q;
        }
      }
      i = upTo;
    }
  }

  private static void block(MemorySegment source, long at, float d, float[] target, int to) {
    for (int i = 0; i < NUMBERS; i += QUANTA.length()) {
      ByteVector q = ByteVector.fromMemorySegment(QUANTA, source, at + i, ByteOrder.LITTLE_ENDIAN);
      var low = (FloatVector) q.convertShape(VectorOperators.B2F, SPECIES, 0);
      low.mul(d).intoArray(target, to + i);
      if (QUANTA.length() > LANES) {
        var high = (FloatVector) q.convertShape(VectorOperators.B2F, SPECIES, 1);
        high.mul(d).intoArray(target, to + i + LANES);
      }
    }
  }

  /// Numbers to fill a whole count of vectors.
  static int padded(int numbers, int multiple) {
    return Math.ceilDiv(numbers, multiple) * multiple;
  }

  /// Sets a part of an array.
  static void fill(float[] target, int from, int count, float value) {
    Arrays.fill(target, from, from + count, value);
  }
}
