package sirocco.cpu;

/// Attention of single rows over spans of positions: what each span yields is put together in their
/// order. Two ways exist: [RowAttention] on the Vector API, and [NativeRowAttention] where the
/// library works.
interface RowSpans {
  /// Numbers that a span yields.
  int spanNumbers();

  /// Attends over the positions `from` to `to`, the latter not included.
  ///
  /// @param row of the call's
  /// @param result receives [#spanNumbers] numbers from `at` on
  void span(int row, int from, int to, float[] result, int at);

  /// Puts together what spans yielded and writes the row's result.
  ///
  /// @param results of the spans, one behind the other, from `at`; used up
  void merge(float[] results, int at, int spans, int row);
}
