package sirocco.model;

import java.util.ArrayList;
import java.util.List;
import sirocco.checkpoint.ModelConfig;
import sirocco.tensor.Kernels;
import sirocco.tensor.Tensor;

/// Grouped-query attention (arXiv 2305.13245) of one layer, shared by all models of the family.
///
/// Legend: T rows, D width, H query heads, G key/value heads, d head width.
///
/// @param query `[H d, D]`
/// @param key `[G d, D]`
/// @param value `[G d, D]`
/// @param output `[D, H d]`
record Attention(Linear query, Linear key, Linear value, Linear output) {
  /// What the rows of x `[T, D]` gather from their sessions; appends their keys and values to the
  /// caches.
  ///
  /// @param layer which of each cache's layers
  Tensor apply(Ops ops, Tensor x, Positions positions, int layer) {
    List<Tensor> products = ops.linears(x, List.of(query, key, value));
    Tensor q = products.get(0); // [T, H d]
    Tensor k = products.get(1); // [T, G d]
    Tensor v = products.get(2); // [T, G d]
    ops.rotate(q, positions.cosSin(), positions.pairs());
    ops.rotate(k, positions.cosSin(), positions.pairs());
    Tensor gathered = ops.floats(q.rows(), q.columns()); // [T, H d]
    List<Kernels.Attending> sessions = new ArrayList<>();
    int row = 0;
    for (Batch.Part part : positions.batch().parts()) {
      int n = part.tokens().length;
      sessions.add(
          new Kernels.Attending(
              q.entries(row, n),
              k.entries(row, n),
              v.entries(row, n),
              part.cache().layer(layer),
              part.cache().length(),
              gathered.entries(row, n)));
      row += n;
    }
    ops.attend(sessions, positions.window());
    return ops.linear(gathered, output); // [T, D]
  }

  /// Where the rows of a batch stand in their sessions.
  ///
  /// @param cosSin `[T, d/2, 2]`, the angle of each pair of each row
  /// @param pairs which numbers of a head are turned together
  /// @param window the most positions a row sees
  record Positions(Batch batch, Tensor cosSin, Kernels.RotaryPairs pairs, int window) {
    static Positions of(Batch batch, ModelConfig config, RotaryEmbedding rotary, Ops ops) {
      int half = config.headDim() / 2;
      Tensor cosSin = ops.floats(batch.rows(), half, 2);
      int row = 0;
      for (Batch.Part part : batch.parts()) {
        for (int i = 0; i < part.tokens().length; i++) {
          rotary.angles(part.cache().length() + i, cosSin, row++);
        }
      }
      return new Positions(
          batch, cosSin, rotary.pairs(), config.slidingWindow().orElse(Integer.MAX_VALUE));
    }
  }
}
