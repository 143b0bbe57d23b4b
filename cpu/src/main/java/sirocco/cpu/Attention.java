package sirocco.cpu;

import sirocco.cpu.NativeLibrary.Level;
import sirocco.tensor.Kernels.Phase;
import sirocco.tensor.KeyValues;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;

/// Attention over a session's cache: what is appended when, and how the work is shared out. Prompts
/// are computed as [QueryPanels], steps as [RowSpans], each in one pass over the keys with the
/// softmax corrected as larger scores are met (arXiv 2112.05682).
///
/// Work is cut up by a row's own position alone, so its result does not depend on the number of
/// threads, nor on the rows beside it.
final class Attention {
  /// Rows whose keys and values lie beside a full ring at a time.
  private static final int BESIDE = 256;

  /// Positions of a span, at least.
  private static final int SHORTEST_SPAN = 64;

  /// Spans of one row, at most.
  private static final int SPANS = 16;

  /// Multiplications from which on a second thread pays.
  private static final long PARALLEL_FROM = 1 << 17;

  /// Rows that one thread appends at a stretch.
  private static final int APPENDED = 32;

  private final Pool pool;
  private final Level level;
  private final Phase phase;
  private final Scratch scratch = new Scratch();
  private final Scratch rooms = new Scratch(); // what panels in C work in

  /// @param level of the library that the work is left to
  Attention(Pool pool, Level level, Phase phase) {
    this.pool = pool;
    this.level = level;
    this.phase = phase;
  }

  /// Rows that attend once their keys and values are kept.
  ///
  /// @param query `[.., H d]`
  /// @param out `[.., H d]`
  /// @param firstRow in query and out
  /// @param rows how many
  /// @param position of the first
  /// @param window the most positions a row sees
  record Call(
      CacheRows cached,
      Tensor query,
      Tensor out,
      int firstRow,
      int rows,
      int position,
      int window) {
    int headDim() {
      return cached.cache().headDim();
    }

    /// Query heads that share a key/value head.
    int sharers() {
      return (int) query.columns() / (cached.cache().heads() * headDim());
    }

    float scale() {
      return (float) (1 / Math.sqrt(headDim()));
    }
  }

  /// As [sirocco.tensor.Kernels#attend] says.
  void attend(
      Tensor query,
      Tensor key,
      Tensor value,
      KeyValues cache,
      int position,
      int window,
      Tensor out) {
    int rows = (int) query.rows();
    if (rows == 0) {
      return;
    }
    long lastReplaced = (long) position + rows - 1 - cache.slots();
    if (lastReplaced < Math.max(0, (long) position - window + 1)) {
      // no row takes the place of one that is still seen
      CacheRows ring = CacheRows.inRing(cache);
      append(ring, key, value, 0, rows, position);
      run(new Call(ring, query, out, 0, rows, position, window));
      return;
    }
    synchronized (scratch) {
      attendBeside(query, key, value, cache, position, window, out);
    }
  }

  /// Some rows at a time are kept beside the ring, attend, and only then take their places.
  private void attendBeside(
      Tensor query,
      Tensor key,
      Tensor value,
      KeyValues cache,
      int position,
      int window,
      Tensor out) {
    int rows = (int) query.rows();
    int most = Math.min(Math.min(BESIDE, cache.slots()), rows);
    Shape shape = Shape.of(2L * most, cache.width());
    long bytes = cache.dtype().bytes(shape.elements());
    Tensor beside = new Tensor(cache.dtype(), shape, scratch.atLeast(bytes).asSlice(0, bytes));
    for (int first = 0; first < rows; first += most) {
      int count = Math.min(most, rows - first);
      int from = position + first;
      CacheRows cached = CacheRows.besideRing(cache, from, beside);
      append(cached, key, value, first, count, from);
      run(new Call(cached, query, out, first, count, from, window));
      for (int i = 0; i < count; i++) {
        cached.moveIn(from + i);
      }
    }
  }

  private void append(
      CacheRows cached, Tensor key, Tensor value, int first, int count, int position) {
    int parts = Math.ceilDiv(count, APPENDED);
    pool.run(
        parts,
        (part, _) -> {
          float[] buffer = new float[cached.cache().width()];
          for (int i = part * APPENDED; i < Math.min((part + 1) * APPENDED, count); i++) {
            cached.append(key, value, first + i, position + i, buffer);
          }
        });
  }

  private void run(Call call) {
    switch (phase) {
      case PROMPT -> byPanels(call);
      case STEP -> byRows(call);
    }
  }

  private void byPanels(Call call) {
    if (!NativeQueryPanels.takes(level, call)) {
      byPanels(call, TileAttention.panels(call, pool.threads()));
      return;
    }
    synchronized (rooms) {
      byPanels(call, NativeQueryPanels.of(call, pool.threads(), rooms));
    }
  }

  private void byPanels(Call call, QueryPanels panels) {
    int lanes = panels.lanes();
    int count = Math.ceilDiv(call.rows() * call.sharers(), lanes);
    int groups = call.cached().cache().heads();
    share(
        count * groups,
        call,
        // the last panels see the most keys and go first
        (part, thread) ->
            panels.compute(part % groups, (count - 1 - part / groups) * lanes, thread));
  }

  private void byRows(Call call) {
    RowSpans rows =
        level != Level.NOTHING && NativeRowAttention.takes(call)
            ? new NativeRowAttention(level, call)
            : new RowAttention(call);
    int size = rows.spanNumbers();
    int last = Math.min(call.window(), call.position() + call.rows());
    int spans = Math.min(SPANS, Math.ceilDiv(last, SHORTEST_SPAN)); // of a row, at most
    int most = spans * size; // numbers of a row
    float[] results = new float[call.rows() * most];
    share(
        call.rows() * spans,
        call,
        (part, _) -> {
          int row = part / spans;
          int to = call.position() + row + 1;
          int seen = Math.min(call.window(), to);
          int start = to - seen + part % spans * span(seen);
          if (start < to) {
            rows.span(row, start, Math.min(start + span(seen), to), results, part * size);
          }
        });
    for (int row = 0; row < call.rows(); row++) {
      int seen = Math.min(call.window(), call.position() + row + 1);
      rows.merge(results, row * most, Math.ceilDiv(seen, span(seen)), row);
    }
  }

  /// Positions of each span but the last where a row sees so many.
  private static int span(int seen) {
    return Math.max(SHORTEST_SPAN, Math.ceilDiv(seen, SPANS));
  }

  private void share(int parts, Call call, Pool.Task task) {
    long seen = Math.min(call.window(), call.position() + (long) call.rows());
    if (2 * seen * call.query().columns() * call.rows() < PARALLEL_FROM) {
      for (int part = 0; part < parts; part++) {
        task.part(part, 0);
      }
    } else {
      pool.run(parts, task);
    }
  }
}
