package sirocco.cpu;

/// Attention of many rows, one panel of queries at a time. The queries that share a key/value head
/// are numbered `row * sharers + head`; [#lanes] of them make a panel, computed by one thread. Two
/// ways exist: [TileAttention] on the Vector API, and [NativeQueryPanels] where the library works
/// with AVX-512.
interface QueryPanels {
  /// Queries of a panel.
  int lanes();

  /// Computes one panel.
  ///
  /// @param group which key/value head
  /// @param firstQuery of the panel
  /// @param thread whose memory to use
  void compute(int group, int firstQuery, int thread);
}
