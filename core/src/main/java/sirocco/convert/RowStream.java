package sirocco.convert;

import java.lang.foreign.Arena;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import sirocco.checkpoint.RowOrder;
import sirocco.tensor.DType;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;
import sirocco.tensor.TensorException;
import sirocco.tensor.quant.Formats;

/// A weight that is handed over in pieces of rows, reordered, changed and in another type, holding
/// one piece in memory.
///
/// @param name of the target tensor, for messages
/// @param source the weight
/// @param order which of its rows goes where
/// @param sum what is added to it
record RowStream(String name, Tensor source, RowOrder order, Optional<LowRankSum> sum) {
  /// Numbers in a piece: enough to keep every core busy, small beside any model.
  private static final long PIECE = 1 << 21;

  private static final float LARGEST_HALF = 65504;

  RowStream(String name, Tensor source, RowOrder order) {
    this(name, source, order, Optional.empty());
  }

  /// Passes the rows on in the target's order and type.
  ///
  /// @throws TensorException if a number cannot be held by `dtype`
  void send(DType dtype, Consumer<Tensor> target) {
    if (dtype == source.dtype() && order instanceof RowOrder.Same && sum.isEmpty()) {
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
        fill(start, piece);
        target.accept(piece);
      }
    }
  }

  private void fill(long start, Tensor piece) {
    if (Thread.interrupted()) {
      throw new ConvertException("tensor " + name + ": stopped");
    }
    IntStream.range(0, (int) piece.rows())
        .parallel()
        .forEach(i -> {
          try {
            convert(order.source(start + i), piece, i);
          } catch (TensorException e) {
            throw new TensorException(
                "tensor " + name + ", row " + (start + i) + ": " + e.getMessage(), e);
          }
        });
  }

  private void convert(long from, Tensor target, long to) {
    if (source.dtype() == target.dtype() && sum.isEmpty()) {
      long bytes = source.rowBytes();
      target.data().asSlice(to * bytes, bytes).copyFrom(source.data().asSlice(from * bytes, bytes));
      return;
    }
    float[] row = new float[Math.toIntExact(source.columns())];
    if (source.dtype() == DType.F64) {
      requireSingles(from);
    }
    Formats.of(source.dtype()).decode(source.data(), from * source.rowBytes(), row, 0, row.length);
    if (sum.isPresent()) {
      sum.get().addTo(row, from);
      requireFinite(row, target.dtype());
    }
    Formats.of(target.dtype()).encode(row, 0, target.data(), to * target.rowBytes(), row.length);
  }

  /// Doubles may only pass where each is also a float: everything else here keeps what a float32
  /// can hold.
  private void requireSingles(long row) {
    for (long i = 0; i < source.columns(); i++) {
      double value = source.data().get(Tensor.DOUBLE, row * source.rowBytes() + i * Double.BYTES);
      if ((float) value != value && !Double.isNaN(value)) {
        throw new TensorException("number " + i + " is " + value + ", which float32 cannot hold");
      }
    }
  }

  private static void requireFinite(float[] row, DType dtype) {
    float limit = dtype == DType.F16 ? LARGEST_HALF : Float.MAX_VALUE;
    for (int i = 0; i < row.length; i++) {
      if (!(Math.abs(row[i]) <= limit)) {
        throw new TensorException("number " + i + " becomes " + row[i] + ", which is no " + dtype);
      }
    }
  }
}
