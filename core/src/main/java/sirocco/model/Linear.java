package sirocco.model;

import java.util.List;
import java.util.Optional;
import sirocco.checkpoint.LowRank;
import sirocco.tensor.Tensor;

/// A matrix that rows are multiplied with, and what adapters add to it, whatever type it has: `W x
/// + scale B (A x)`. Rows of one batch may have different adapters ([Batch.Part#adapter]).
///
/// @param weight W, `[O, I]`
/// @param pairs by adapter; nothing where one leaves W as it is
record Linear(Tensor weight, List<Optional<LowRank>> pairs) {
  Linear {
    pairs = List.copyOf(pairs);
  }

  /// Whether an adapter changes it.
  boolean isChangedBy(int adapter) {
    return pairs.get(adapter).isPresent();
  }
}
