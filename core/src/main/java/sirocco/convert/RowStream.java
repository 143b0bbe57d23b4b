package sirocco.convert;

import java.lang.foreign.Arena;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import sirocco.tensor.DType;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;
import sirocco.tensor.TensorException;
import sirocco.tensor.quant.Formats;

/// Hands a weight over in pieces of rows, reordered and in another type, holding one piece in
/// memory.
final class RowStream {
  /// Numbers in a piece: enough to keep every core busy, small beside any model.
  private static final long PIECE = 1 << 21;

  private RowStream() {}

  /// Passes the rows of `source` on in the target's order and type.
  ///
  /// @param name of the target tensor, for messages
  /// @throws TensorException if a number cannot be held by `dtype`
  static void send(
      String name, Tensor source, RowOrder order, DType dtype, Consumer<Tensor> target) {
    if (dtype == source.dtype() && order instanceof RowOrder.Same) {
      target.accept(source);
      return;
    }
    long columns = source.columns();
    long rows = source.rows();
    long step = Math.clamp(PIECE / Math.max(1, columns), 1, Math.max(1, rows));
    try (Arena arena = Arena.ofShared()) {
      Tensor buffer = Tensor.allocate(dtype, Shape.of(step, columns), arena);
      for (long start = 0; start < rows; start += step) {
        int count = (int) Math.min(step, rows - start);
        Tensor piece = buffer.entries(0, count);
        fill(name, source, order, start, piece);
        target.accept(piece);
      }
    }
  }

  private static void fill(String name, Tensor source, RowOrder order, long start, Tensor piece) {
    if (Thread.interrupted()) {
      throw new ConvertException("tensor " + name + ": stopped");
    }
    IntStream.range(0, (int) piece.rows())
        .parallel()
        .forEach(i -> {
          try {
            convert(source, order.source(start + i), piece, i);
          } catch (TensorException e) {
            throw new TensorException(
                "tensor " + name + ", row " + (start + i) + ": " + e.getMessage(), e);
          }
        });
  }

  private static void convert(Tensor source, long from, Tensor target, long to) {
    if (source.dtype() == target.dtype()) {
      long bytes = source.rowBytes();
      target.data().asSlice(to * bytes, bytes).copyFrom(source.data().asSlice(from * bytes, bytes));
      return;
    }
    float[] row = new float[Math.toIntExact(source.columns())];
    if (source.dtype() == DType.F64) {
      requireSingles(source, from);
    }
    Formats.of(source.dtype()).decode(source.data(), from * source.rowBytes(), row, 0, row.length);
    Formats.of(target.dtype()).encode(row, 0, target.data(), to * target.rowBytes(), row.length);
  }

  /// Doubles may only pass where each is also a float: everything else here keeps what a float32
  /// can hold.
  private static void requireSingles(Tensor source, long row) {
    for (long i = 0; i < source.columns(); i++) {
      double value = source.data().get(Tensor.DOUBLE, row * source.rowBytes() + i * Double.BYTES);
      if ((float) value != value && !Double.isNaN(value)) {
        throw new TensorException("number " + i + " is " + value + ", which float32 cannot hold");
      }
    }
  }
}
